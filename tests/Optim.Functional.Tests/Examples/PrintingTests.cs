namespace Optim.Functional.Tests.Examples;

public class PrintingTests
{
    const string Session = """
        open Optim.Functional
        let rule = Adam(Lr = 0.1)
        let θ = Params.ofList [ "W", [| 1.0; 2.0 |]; "b", 3.0 ]
        let θ1, s1 = Optim.step rule (θ, θ, Optim.init rule θ);;
        θ1;;
        s1;;
        s1["b"];;
        θ1["W"];;
        Optimizer([ Parameter(NDArray.From [| 1.0 |], "w") ], SGD 0.1);;

        """;

    [Fact]
    public async Task Values_print_readably_in_fsi_with_nothing_loaded()
    {
        var printed = await Programs.Interactive(Session);
        foreach (var text in new[]
        {
            "Adam =\n  Adam (lr: 0.1, betas: (0.9, 0.999), eps: 1E-08, ",
            "val it: Params = 2 tensors\n  W: float64 [2] 0.9 1.9\n  b: float64 [] 2.9\n\n",
            "val it: State =\n  Adam\n  W: step 1\n    exp_avg: float64 [2] 0.1 0.2\n    exp_avg_sq: float64 [2] 0.001 0.004\n"
            + "  b: step 1\n    exp_avg: float64 [] 0.3\n    exp_avg_sq: float64 [] 0.009\n\n",
            "val it: ParameterState =\n  step 1\n  exp_avg: float64 [] 0.3\n  exp_avg_sq: float64 [] 0.009\n\n",
            "val it: NDArray = float64 [2] 0.9 1.9\n\n",
            "val it: Optimizer =\n  SGD (\nParameter Group 0, 1 parameters\n    lr: 0.1\n",
        }) Assert.Contains(text, printed);
    }
}
