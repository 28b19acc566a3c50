// Run by dotnet fsi, which has the compiler in it: makes a script a library and writes down all files that it refers to, packages too.
// Arguments: the script, the library, the list of files, the list of errors.
#r "FSharp.Compiler.Service.dll"

open System.IO
open FSharp.Compiler.CodeAnalysis
open FSharp.Compiler.Diagnostics
open FSharp.Compiler.Text

let script, library, files, errors =
    fsi.CommandLineArgs[1], fsi.CommandLineArgs[2], fsi.CommandLineArgs[3], fsi.CommandLineArgs[4]

let checker = FSharpChecker.Create()

let options, _ =
    checker.GetProjectOptionsFromScript(
        script,
        SourceText.ofString (File.ReadAllText script),
        assumeDotNetFramework = false,
        useSdkRefs = true
    )
    |> Async.RunSynchronously

File.WriteAllLines(
    files,
    [
        for o in options.OtherOptions do
            if o.StartsWith "-r:" then
                o.Substring 3
    ]
)

// The script's own #load and #r are followed by the compiler itself.
let diagnostics, _ =
    checker.Compile [| "fsc"; "--target:library"; "--optimize+"; "-o"; library; yield! options.OtherOptions; script |]
    |> Async.RunSynchronously

File.WriteAllLines(
    errors,
    [
        for d in diagnostics do
            if d.Severity = FSharpDiagnosticSeverity.Error then
                $"{d.FileName}({d.StartLine},{d.StartColumn + 1}): error {d.ErrorNumberText}: {d.Message}"
    ]
)
