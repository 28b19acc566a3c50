namespace Optim.Functional

/// The verbs of every optimizer, as functions.
[<RequireQualifiedAccess>]
module Optim =

    /// The version of this assembly.
    let version = System.Reflection.Assembly.GetExecutingAssembly().GetName().Version
