/// What `use` says of hooks that are off in a profile's home.
module CodexRouter.Shell.Tests.HookNoteTests

open System.IO
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private load = "source -- \"$1\"\n"

let private note =
    { HookNote.none with
        Set = HookNote.setOf [ "./hooks.json:stop:0:0", "sha256:1"; "./hooks.json:stop:1:0", "sha256:1" ]
        Off = 2
        IsTold = false
        McpServers = [ "linear" ]
    }

let private said =
    "codex-router: 2 hooks that run at the root are off in 'work'; to turn them on: codex-router hooks work --trust\n"

let private withNote text (check: Sandbox -> string -> unit) =
    use sandbox = new Sandbox()
    let file = Path.Combine(sandbox.Root, "router", "hooks", "work")
    Directory.CreateDirectory(Path.GetDirectoryName file |> string) |> ignore
    File.WriteAllText(file, (text: string))
    check sandbox file

let private useWork (sandbox: Sandbox) before =
    let outcome =
        sandbox.Script("cd -- $2/other\n" + load + before + "codex-router use work; print -r -- $?")

    Expect.equal outcome.Out "0\n" outcome.Err
    outcome.Err

let tests =
    testList
        "Hooks that are off"
        [
            testCase "are told of by use, once for all terminals"
            <| fun () ->
                withNote (HookNote.render note) (fun sandbox file ->
                    Expect.stringEnds (useWork sandbox "") said "the first time"

                    Expect.equal
                        (HookNote.parse (File.ReadAllText file))
                        (Some { note with IsTold = true })
                        "and that it was told, the rest as it was"

                    Expect.isFalse ((useWork sandbox "").Contains "hooks") "the second time")

            testCase "are told of in the singular"
            <| fun () ->
                withNote (HookNote.render { note with Off = 1 }) (fun sandbox _ ->
                    Expect.stringContains (useWork sandbox "") "1 hook that runs at the root is off" "one")

            testCase "are kept for later where nothing is to be said"
            <| fun () ->
                withNote (HookNote.render note) (fun sandbox file ->
                    Expect.equal (useWork sandbox "CODEX_ROUTER_QUIET=1\n") "" "nothing"
                    Expect.equal (File.ReadAllText file) (HookNote.render note) "as it was")

            testCase "are none where the file is no note, or not this person's"
            <| fun () ->
                for text in
                    [
                        ""
                        "1 0 new -\n\n"
                        "1 2 told " + note.Set + "\n\n"
                        "2 2 new " + note.Set + "\n\n"
                        "1 $(touch ran) new " + note.Set + "\n\n"
                    ] do
                    withNote text (fun sandbox file ->
                        Expect.isFalse ((useWork sandbox "").Contains "hook") text
                        Expect.equal (File.ReadAllText file) text "as it was")
        ]
