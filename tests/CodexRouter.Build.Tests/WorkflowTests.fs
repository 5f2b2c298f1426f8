/// The workflows of continuous integration run elsewhere. What can be seen of them here is looked at lightly: lines, not YAML.
module CodexRouter.Build.Tests.WorkflowTests

open System.IO
open System.Text.RegularExpressions
open CodexRouter.Testing
open Expecto

let private workflows =
    Directory.GetFiles(Path.Combine(Project.root, ".github", "workflows"), "*.yml")
    |> Array.sort
    |> List.ofArray

/// What follows `KEY:` in a workflow, a line each; also as the first key of a list's item.
let private values (key: string) (file: string) =
    [
        for line in File.ReadAllLines file do
            let found = Regex.Match(line, "^\\s*(?:- )?" + key + ":\\s*(\\S.*)$")

            if found.Success then
                found.Groups[1].Value.Trim()
    ]

let private name (file: string) = string (Path.GetFileName file)

/// The scripts of this project that a workflow or a script of `.ci` calls.
let private scriptsIn (text: string) =
    Regex.Matches(text, @"(?<![\w/$])(?:\./)?((?:\.ci|build|tests)/[\w./-]*[\w-]|\w+\.sh)(?![\w/])")
    |> Seq.map _.Groups[1].Value
    |> Seq.filter (fun path -> not (path.EndsWith ".props"))
    |> List.ofSeq

let private isProgram (path: string) =
    File.Exists path && File.GetUnixFileMode(path).HasFlag UnixFileMode.UserExecute

let tests =
    testList
        "workflows"
        [
            testCase "there is one for each change, one for each day and one for each release"
            <| fun () -> Expect.equal (workflows |> List.map name) [ "ci.yml"; "daily.yml"; "release.yml" ] "these"

            for file in workflows do
                testCase (name file + " calls scripts that are there and can be run")
                <| fun () ->
                    let called = values "run" file |> List.collect scriptsIn
                    Expect.isNonEmpty called "it calls some"

                    for script in called do
                        Expect.isTrue (isProgram (Path.Combine(Project.root, script))) script

                testCase (name file + " may read, and no more than it says")
                <| fun () ->
                    let text = File.ReadAllText file
                    Expect.stringContains text "\npermissions:\n  contents: read\n" "by itself it reads"
                    Expect.isFalse (text.Contains "write-all") "nothing may do all"

                testCase (name file + " names a version of each action, and uses none of strangers")
                <| fun () ->
                    for action in values "uses" file do
                        Expect.isMatch action @"^actions/[\w-]+@(v\d+|[0-9a-f]{40})$" action

                testCase (name file + " is indented by spaces, with every quote closed")
                <| fun () ->
                    for line in File.ReadAllLines file do
                        Expect.isFalse (line.Contains '\t') line
                        Expect.equal ((line.Length - line.Replace("\"", "").Length) % 2) 0 line
                        Expect.equal ((line.Length - line.TrimStart().Length) % 2) 0 line

            for script in Directory.GetFiles(Path.Combine(Project.root, ".ci")) |> Array.sort do
                testCase (".ci/" + name script + " can be run, and so can what it calls")
                <| fun () ->
                    Expect.isTrue (isProgram script) "itself"

                    let calls =
                        File.ReadAllLines script
                        |> Array.filter (fun line -> not (line.StartsWith '#' || line.StartsWith ". "))
                        |> List.ofArray
                        |> List.collect scriptsIn

                    for called in calls do
                        Expect.isTrue (isProgram (Path.Combine(Project.root, called))) called

            testCase "every system that a release is made for is tested at each change"
            <| fun () ->
                let systems file =
                    values "system" (Path.Combine(Project.root, ".github/workflows", file))
                    |> List.collect (fun list -> list.Trim('[', ']').Split ", " |> List.ofArray)
                    |> List.map (fun system -> Regex.Replace(system, "-[0-9.]+", ""))
                    |> List.sort

                Expect.equal (systems "release.yml") (systems "ci.yml") "the same"
                Expect.equal (systems "ci.yml") [ "macos"; "ubuntu"; "ubuntu-arm" ] "two of Linux, one of Apple"
        ]
