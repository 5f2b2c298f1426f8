module CodexRouter.Cli.Tests.PinTests

open System.IO
open Expecto

let private folder (person: Person) (relative: string) =
    let path = person.File relative
    Directory.CreateDirectory path |> ignore
    path

let private pinned path =
    File.ReadAllText(Path.Combine(path, ".codex-profile"))

let tests =
    testList
        "pins"
        [
            promise "pin writes the file and allows it" (fun person ->
                person.Has both
                let work = folder person "work"
                let said = person.Does([ "pin"; "bob" ], directory = work)
                Expect.stringContains said "~/work/.codex-profile" "says where"
                Expect.equal (pinned work) "bob\n" "the file"

                Expect.stringContains
                    (person.Does([ "which" ], directory = folder person "work/api"))
                    "bob (pinned by"
                    "applies below")

            promise "pin alone pins what is in force" (fun person ->
                person.Has both
                let work = folder person "work"
                person.Does([ "pin" ], directory = work) |> ignore
                Expect.equal (pinned work) "alice\n" "the current one")

            promise "pin takes an alias, several names, and default" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                let work = folder person "work"
                person.Does([ "pin"; "office" ], directory = work) |> ignore
                Expect.stringContains (person.Does([ "which" ], directory = work)) "bob" "by alias"
                person.Does([ "pin"; "nobody, bob" ], directory = work) |> ignore
                Expect.stringContains (person.Does([ "which" ], directory = work)) "bob" "the first that exists"
                let below = folder person "work/private"
                person.Does([ "pin"; "default" ], directory = below) |> ignore
                Expect.stringContains (person.Does([ "which" ], directory = below)) "alice" "unpinned")

            promise "pin takes no name that means nothing here" (fun person ->
                person.Has both
                let work = folder person "work"

                for words, exit in [ [ "nobody" ], 3; [ "a b" ], 2; [ "none" ], 2; [ "" ], 2 ] do
                    person.Run("pin" :: words, directory = work) |> Outcome.isFailure exit []

                Expect.isFalse (File.Exists(Path.Combine(work, ".codex-profile"))) "no file")

            promise "a pin that somebody else wrote has no effect until it is allowed" (fun person ->
                person.Has both
                let work = folder person "work"
                File.WriteAllText(Path.Combine(work, ".codex-profile"), "bob\n")
                let before = person.Does([ "which" ], directory = work)
                Expect.stringContains before "alice" "no effect"
                Expect.stringContains before "not allowed yet: codex-router allow" "says what to do"
                Expect.stringContains (person.Does([ "allow" ], directory = work)) "allowed" "allowed"
                Expect.stringContains (person.Does([ "which" ], directory = work)) "bob (pinned by" "now it decides"
                Expect.stringContains (person.Does([ "allow" ], directory = work)) "already" "once is enough")

            promise "what was allowed is the content: another one must be allowed again" (fun person ->
                person.Has both
                let work = folder person "work"
                person.Does([ "pin"; "bob" ], directory = work) |> ignore
                File.WriteAllText(Path.Combine(work, ".codex-profile"), "alice\n")
                Expect.stringContains (person.Does([ "which" ], directory = work)) "not allowed yet" "asked again")

            promise "deny refuses a pin for good, by folder, until it is allowed" (fun person ->
                person.Has both
                let work = folder person "work"
                File.WriteAllText(Path.Combine(work, ".codex-profile"), "bob\n")
                person.Does [ "deny"; work ] |> ignore
                Expect.stringContains (person.Does [ "which"; work ]) "denied" "denied"
                person.Does [ "allow"; work + "/.codex-profile" ] |> ignore
                Expect.stringContains (person.Does [ "which"; work ]) "bob (pinned by" "allowed after all")

            promise "allow and deny say when there is no pin, or a broken one" (fun person ->
                person.Has both
                let work = folder person "work"

                person.Run([ "allow" ], directory = work)
                |> Outcome.isFailure 1 [ "no .codex-profile" ]

                person.Run([ "deny" ], directory = work)
                |> Outcome.isFailure 1 [ "no .codex-profile" ]

                File.WriteAllText(Path.Combine(work, ".codex-profile"), "../../etc/passwd\n")

                person.Run([ "allow" ], directory = work)
                |> Outcome.isFailure 1 [ work; "not a profile's name" ]

                person.Run [ "allow"; "/nowhere" ] |> Outcome.isFailure 1 [ "/nowhere" ])

            promise "unpin removes the pin of this folder, and of no other" (fun person ->
                person.Has both
                let work = folder person "work"
                person.Does([ "pin"; "bob" ], directory = work) |> ignore
                let below = folder person "work/api"

                person.Run([ "unpin" ], directory = below)
                |> Outcome.isFailure 1 [ work; "pin default" ]

                Expect.equal (pinned work) "bob\n" "still there"
                person.Does([ "unpin" ], directory = work) |> ignore
                Expect.isFalse (File.Exists(Path.Combine(work, ".codex-profile"))) "gone"
                Expect.stringContains (person.Does([ "which" ], directory = work)) "alice" "back"

                person.Run([ "unpin" ], directory = work)
                |> Outcome.isFailure 1 [ "no .codex-profile" ])

            promise "which names every file that it looked at, and works for another folder" (fun person ->
                person.Has both
                folder person "work/api" |> ignore
                person.Does([ "pin"; "bob" ], directory = folder person "work") |> ignore
                let said = person.Does [ "which"; "work/api" ]
                Expect.stringContains said "~/work/api/.codex-profile  not there" "the nearer"
                Expect.stringContains said "~/work/.codex-profile  asks for bob" "the one that decides"
                Expect.stringContains said "~/.codex/profiles/bob" "its home"

                person.Run [ "which"; "nowhere" ]
                |> Outcome.isFailure 1 [ person.File "nowhere" ])

            promise "whatever stands at a pin's path changes nothing and hangs nothing" (fun person ->
                person.Has both

                let odd =
                    [
                        "a folder", (fun path -> Directory.CreateDirectory path |> ignore)
                        "a pipe", (fun path -> person.Shell("mkfifo " + path) |> ignore)
                        "a device", (fun path -> File.CreateSymbolicLink(path, "/dev/zero") |> ignore)
                        "a dangling link", (fun path -> File.CreateSymbolicLink(path, "nowhere") |> ignore)
                        "a link to itself", (fun path -> File.CreateSymbolicLink(path, path) |> ignore)
                        "too long", (fun path -> File.WriteAllText(path, System.String('#', 4097)))
                        "binary", (fun path -> File.WriteAllBytes(path, [| 98uy; 0uy; 255uy |]))
                        "empty", (fun path -> File.WriteAllText(path, ""))
                        "an escape", (fun path -> File.WriteAllText(path, "\u001b]0;x\u0007\n"))
                    ]

                for index, (what, make) in List.indexed odd do
                    let work = folder person ("work" + string<int> index)
                    make (Path.Combine(work, ".codex-profile"))
                    let said = person.Does([ "which" ], directory = work)
                    Expect.stringContains said "alice" what
                    Expect.stringContains said "no effect" what
                    person.Does([ "current" ], directory = work) |> ignore
                    person.Run([ "allow" ], directory = work) |> Outcome.isFailure 1 [ work ]

                for index in [ 0; 1 ] do
                    let work = person.File("work" + string<int> index)
                    let before = Tree.take work
                    person.Run([ "pin"; "bob" ], directory = work) |> Outcome.isFailure 1 [ work ]
                    person.Run([ "unpin" ], directory = work) |> Outcome.isFailure 1 [ work ]
                    Expect.isEmpty (Tree.changes before (Tree.take work)) "not replaced")
        ]
