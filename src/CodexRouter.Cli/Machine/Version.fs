namespace CodexRouter.Cli

open System.Reflection

/// The program's version.
[<RequireQualifiedAccess>]
module Version =

    /// Gives the version as the build has it.
    let text =
        match Assembly.GetExecutingAssembly().GetName().Version with
        | null -> ""
        | version -> version.ToString 3
