namespace Optim.Functional.Surface.Tests.FSharp;

public class PlanTests
{
    [Fact]
    public async Task The_example_of_plans_prints_what_they_do()
    {
        var printed = await Programs.Run("dotnet", "fsi", "--nologo", Path.Combine("examples", "08-plans.fsx"));
        foreach (var text in new[]
        {
            "Adam (lr: 0.1, betas: (0.9, 0.99), ",
            " |> ClipNorm (max_norm: 1, eps: 1E-06) |> Cosine (steps: 200, eta_min: 0) |> Ema (decay: 0.9); of 2 dimensions: "
            + "Muon (lr: 0.02, ",
            "\nW = 2.543 -1.457, b = 1.991\naverage: W = 2.499 -1.501, b = 1.997\n",
            "\nlists: [1.0; -0.5]\n",
            "\nin place: W = [|0.9; 1.9|], b = [|0.5|]\n",
        }) Assert.Contains(text, printed);
    }

    const string Session = """
        Optim.plan (SGD 0.1);;
        AdamW() |> Optim.clipNorm 1.0 |> Optim.betas (0.5, 0.75);;
        (AdamW() |> Optim.forSome Select.Vectors (SGD 0.1)).Parts;;
        Params.ofList [ "W", [ [ 1.0f; 2.0f ]; [ 3.0f; 4.0f ] ]; "b", array2D [ [ 5.0; 6.0 ] ]; "c", [ 7.0 ] ];;
        Optim.step (SGD 0.5) ([ 1.0f ], [ 0.5f ], Optim.init (SGD 0.5) [ 1.0f ]) |> fst;;
        Optim.run (SGD 0.5) id 2 ([ 8.0 ], Optim.init (SGD 0.5) [ 8.0 ]) |> fst;;
        let x, s = Optim.step (SGD 0.5 |> Optim.ema 0.5) ([ 1.0 ], [ 1.0 ], Optim.init (SGD 0.5 |> Optim.ema 0.5) [ 1.0 ]);;
        Optim.view (SGD 0.5 |> Optim.ema 0.5) ([ 0.0 ], s);;
        let optimizer = SGD 0.1 |> Optimizer.ofGroups [ [ ("W", [ 1.0 ]) ], []; [ ("b", [ 1.0 ]) ], [ ("lr", 0.5) ] ];;
        optimizer |> Optimizer.step [ ("b", [ 1.0 ]) ];;
        Optimizer.parameters optimizer;;
        Params.one "one" [| 4.0 |];;
        let message f = try f () |> ignore; "" with e -> e.Message;;
        message (fun () -> Params.one "W" [ [ 1.0 ]; [ 2.0; 3.0 ] ]);;
        message (fun () -> SGD 0.1 |> Optim.betas (0.5, 0.75));;
        message (fun () -> optimizer |> Optimizer.step [ ("V", [ 1.0 ]) ]);;

        """;

    [Fact]
    public async Task Plans_lists_and_groups_print_readably_in_fsi()
    {
        var printed = await Programs.Interactive(Session);
        foreach (var text in new[]
        {
            "val it: Plan =\n  SGD (lr: 0.1, momentum: 0, dampening: 0, weight_decay: 0, nesterov: False, maximize: False)\n\n",
            "val it: Plan =\n  AdamW (lr: 0.001, betas: (0.5, 0.75), eps: 1E-08, weight_decay: 0.01, amsgrad: False, maximize: False)"
            + " |> ClipNorm (max_norm: 1, eps: 1E-06)\n\n",
            "[of 1 dimensions: SGD (lr: 0.1, momentum: 0, dampening: 0, weight_decay: 0, nesterov: False, maximize: False)]\n",
            "val it: Params =\n  3 tensors\n  W: float32 [2, 2] 1 2 3 4\n  b: float64 [1, 2] 5 6\n  c: float64 [1] 7\n\n",
            "val it: float32 list = [0.75f]\n",
            "val it: float list = [2.0]\n",
            "val it: float list = [0.5]\n",
            "val it: Params = 2 tensors\n  W: float64 [1] 1\n  b: float64 [1] 0.5\n\n",
            "val it: Params = 1 tensor\n  one: float64 [1] 4\n\n",
            "\"'W' is a list of rows of 1 and 2 numbers; the rows of a matrix are of one length.\"",
            "\"SGD: there is no option 'betas'. There are: lr, momentum, dampening, weight_decay, nesterov, maximize.\"",
            "\"There is no parameter 'V'. There are: 'W', 'b'.\"",
        }) Assert.Contains(text, printed);
        Assert.DoesNotMatch("(warning|info) FS[0-9]+", printed);
    }

    [Fact]
    public async Task A_message_has_both_tongues_words_for_a_type_that_they_name_differently() =>
        Assert.Contains("\"Parameter 'b' has elements of type float32 (C# float), the first parameter float64 (C# double, F# float). ",
            await Programs.Interactive("(try Params.ofList [ \"W\", [ 1.0 ]; \"b\", [ 1.0f ] ] |> Optim.init (SGD 0.1) |> string with e -> e.Message);;"));
}
