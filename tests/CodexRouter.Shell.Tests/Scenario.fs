/// A test of the plugin in a sandbox of its own.
module CodexRouter.Shell.Tests.Scenario

open System
open CodexRouter.Testing
open Expecto

/// The beginning of a script that loads the plugin.
let load = "source -- \"$1\"\n"

let lines (text: string) =
    text.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

let scenario name (check: Sandbox -> unit) =
    testCase name
    <| fun () ->
        use sandbox = new Sandbox()
        check sandbox

/// All went well, without a word.
let expectSilence (outcome: Outcome) =
    Expect.equal outcome.Err "" "nothing on stderr"
    Expect.equal outcome.Exit 0 "the status"
