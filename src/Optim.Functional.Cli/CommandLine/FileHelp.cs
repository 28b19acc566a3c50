using System.Text;

namespace Optim.Functional.Cli;

/// <summary>What <c>--help</c> prints of the commands on files of tensors.</summary>
internal static class FileHelp
{
    public static string Inspect()
    {
        var text = new StringBuilder("""
            optim inspect: what is in a file of tensors

            usage: optim inspect FILE [options]
            e.g.   optim inspect run.pt

            FILE is what torch.save wrote, in either of its containers, a safetensors, npz or npy file, or an optimizer's state as
            this library's JSON; its first bytes say which. Or it is the folder that several processes have written (world.Save).
            Prints each tensor with its type, shape, norm and how many of its numbers are NaN or infinite; then the other values.
            A norm is of the finite numbers. Nothing that the file names is run: one that names what no state dict needs is
            refused, with the name.


            """);
        Help.Section(text, "options", InspectOptions.All);
        return text.ToString().TrimEnd();
    }

    public static string Convert()
    {
        var text = new StringBuilder("""
            optim convert: a file of tensors in another format

            usage: optim convert A B [options]
            e.g.   optim convert run.pt model.safetensors --key model
                   optim convert weights.safetensors weights.pt

            A is as optim inspect takes it. How B's name ends says its format: .pt, .pth, .bin and .ckpt are torch's, which it
            loads with weights_only=True; .safetensors; .npz; .json, an optimizer's state as this library's JSON. What a format
            does not hold is refused and named. Views that share a storage in a torch file share it in another one.


            """);
        Help.Section(text, "options", ConvertOptions.All);
        return text.ToString().TrimEnd();
    }

    public static string Diff()
    {
        var text = new StringBuilder("""
            optim diff: two files of tensors, key by key

            usage: optim diff A B [options]
            e.g.   optim diff yesterday.pt today.safetensors --key_a model

            A and B are as optim inspect takes them, also of different formats. Prints each key that is in one of them only, or
            differs: how many numbers, by how many ulps (steps between neighbouring numbers of the type) and by how much at most.

            Exit codes: 0 all keys are equal bit for bit, 1 some differ, 2 something you can mend.


            """);
        Help.Section(text, "options", DiffOptions.All);
        return text.ToString().TrimEnd();
    }
}
