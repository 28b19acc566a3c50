namespace Optim.Functional.Properties.Tests

open System
open System.IO
open Xunit

[<RequireQualifiedAccess>]
module Repository =

    /// The folder of Optim.Functional.sln.
    let root =
        let rec above (folder: string) =
            if File.Exists(Path.Combine(folder, "Optim.Functional.sln")) then
                folder
            else
                match Path.GetDirectoryName folder with
                | null -> failwith "No folder above the tests holds Optim.Functional.sln."
                | parent -> above parent

        above AppContext.BaseDirectory

    /// A file that follows from the code: with OPTIM_UPDATE=1 it is written, otherwise compared.
    let follows (path: string) (text: string) =
        let path = Path.Combine(root, path)

        if Environment.GetEnvironmentVariable "OPTIM_UPDATE" = "1" then
            File.WriteAllText(path, text)

        Assert.Equal(text, (if File.Exists path then File.ReadAllText path else "").ReplaceLineEndings "\n")
