module CodexRouter.Cli.Tests.LockTests

open System
open System.Diagnostics
open System.IO
open Expecto

let private changing =
    [
        "save alice"
        "switch bob"
        "delete bob --yes"
        "rename bob work"
        "alias bob office"
        "login carol"
        "pin bob"
        "doctor --fix"
    ]

/// Runs lines all at once while flock(1) holds a file, and gives how each ended and what it said.
let private whileHeld (person: Person) (file: string) (lines: string list) =
    if (person.Shell "command -v flock").Exit <> 0 then
        skiptest "needs flock: apt-get install util-linux"

    let runs =
        lines
        |> List.mapi (fun index line ->
            let log = person.File("log" + string<int> index)
            "{ \"$router\" " + line + "; echo \"exit $?\"; } > " + log + " 2>&1 &")

    person.Write(person.File "all.sh", String.Join("\n", runs) + "\nwait\n")
    let watch = Stopwatch.StartNew()
    let outcome = person.Shell("flock '" + file + "' sh \"$HOME/all.sh\"")
    Expect.equal outcome.Exit 0 outcome.Err

    watch.Elapsed,
    lines
    |> List.mapi (fun index line -> line, File.ReadAllText(person.File("log" + string<int> index)))

let private isBusy (said: string) (line: string, log: string) =
    Expect.stringContains log "exit 6" (line + "\n" + log)
    Expect.stringContains log said (line + "\n" + log)
    Expect.stringContains log ("\ntry: codex-router " + line + "\n") (line + "\n" + log)

let tests =
    testList
        "locks"
        [
            promise
                "while another codex-router changes something, changes wait and are then refused, reading goes on"
                (fun person ->
                    person.Has both
                    // Something to mend, so that even --fix has to change something.
                    File.WriteAllText(person.In ".current_profile", "bob\n")
                    let before = person.Tree

                    let elapsed, ended =
                        whileHeld person (person.In "router/lock") (changing |> List.filter ((<>) "doctor --fix"))

                    for run in ended do
                        isBusy "another codex-router" run

                    Expect.isGreaterThan elapsed (TimeSpan.FromSeconds 4.5) "they waited first"
                    Expect.isEmpty (Tree.changes before person.Tree) "and changed nothing"

                    let _, reading =
                        whileHeld
                            person
                            (person.In "router/lock")
                            [
                                "list"
                                "current"
                                "which"
                                "doctor"
                                "exec bob -- true"
                                "switch bob --dry-run"
                            ]

                    for line, log in reading do
                        Expect.isFalse (log.Contains "exit 6") (line + "\n" + log))

            promise "doctor --fix tells of a change that is under way" (fun person ->
                person.Has both
                File.WriteAllText(person.In ".current_profile", "bob\n")
                let _, ended = whileHeld person (person.In "router/lock") [ "doctor --fix" ]
                Expect.stringContains (snd ended[0]) "another codex-router" "told"
                Expect.stringContains (snd ended[0]) "exit 1" "not well")

            for lock in
                [
                    "auth.lock"
                    "profiles/alice/auth.lock"
                    "profiles/alice/auth.json.lock"
                    "auth.json.lock"
                ] do
                promise ("while Codex writes, under " + lock + ", nothing is switched") (fun person ->
                    person.Has both
                    // As Codex makes them: the lock files stay after it.
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "alice" ] |> ignore
                    let before = person.Tree
                    let _, ended = whileHeld person (person.In lock) [ "switch bob" ]
                    isBusy (person.In lock) ended[0]
                    Expect.isEmpty (Tree.changes before person.Tree) "nothing changed")

            promise "while Codex writes another profile's sign-in, a switch goes on" (fun person ->
                person.Has(both @ [ "carol", carol ])

                let _, ended =
                    whileHeld person (person.In "profiles/carol/auth.json.lock") [ "switch bob" ]

                Expect.stringContains (snd ended[0]) "exit 0" "not concerned")

            promise "while Codex writes a profile's sign-in, that profile is not renamed or removed" (fun person ->
                person.Has both

                let _, ended =
                    whileHeld person (person.In "profiles/bob/auth.json.lock") [ "rename bob work" ]

                isBusy "Codex is writing" ended[0]

                let _, ended =
                    whileHeld person (person.In "profiles/bob/auth.lock") [ "delete bob --yes" ]

                isBusy "Codex is writing" ended[0]
                Expect.equal (person.Bytes(person.In "profiles/bob/auth.json")) (Person.SignInOf bob) "still there")

            promise "a lock that is a link is not followed" (fun person ->
                person.Has both
                person.Write(person.File "precious", "mine")
                File.Delete(person.In "router/lock")

                File.CreateSymbolicLink(person.In "router/lock", person.File "precious")
                |> ignore

                person.Run [ "switch"; "bob" ]
                |> Outcome.isFailure 1 [ person.In "router/lock" ]

                Expect.equal (File.ReadAllText(person.File "precious")) "mine" "untouched")
        ]
