module CodexRouter.Shell.Tests.RefreshTests

open System
open System.IO
open System.Threading
open CodexRouter.Core
open CodexRouter.Testing
open Expecto

let private personal =
    match ProfileName.create "personal" with
    | Ok name -> name
    | Error _ -> failwith "personal"

let private now () =
    DateTimeOffset.UtcNow.ToUnixTimeSeconds()

/// The file to which the stand-in for the program adds a line at each call.
let private callsFile (sandbox: Sandbox) = Path.Combine(sandbox.Path, "calls")

let private calls (sandbox: Sandbox) =
    let file = callsFile sandbox

    if File.Exists file then
        List.ofArray (File.ReadAllLines file)
    else
        []

/// A stand-in that says it was called, makes noise, and then does more.
let private program (sandbox: Sandbox) more =
    sandbox.Program(
        "echo \"$* $CODEX_ROUTER_ROOT\" >>"
        + LiveZsh.Quote(callsFile sandbox)
        + "; echo noise; echo noise >&2\n"
        + more
    )

let private figures (sandbox: Sandbox) staleAt =
    Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore
    File.WriteAllText(Layout.prompt sandbox.Root personal, $"1 {now () - 600L} {staleAt} 5h 58 -\n")

let private environment (sandbox: Sandbox) more =
    (sandbox.Environment
     |> List.filter (fun (name, _) -> name <> "CODEX_ROUTER_REFRESH"))
    @ [ "PS1", "" ]
    @ more

/// An interactive zsh with the plugin, at its first prompt.
let private shell (sandbox: Sandbox) more =
    let zsh = new LiveZsh(Path.Combine(sandbox.Path, "other"), environment sandbox more)
    zsh.Type LiveZsh.Preamble
    zsh.Type("source -- " + LiveZsh.Quote Project.plugin)
    zsh

let private said (report: Report) =
    report.Said |> List.filter (fun line -> not (line.StartsWith "codex-router: "))

// Waits for something that must come; if it does not, the test fails after a minute in place of waiting for ever.
let private eventually what (isSo: unit -> bool) =
    let limit = DateTime.UtcNow.AddMinutes 1.0

    while not (isSo ()) && DateTime.UtcNow < limit do
        Thread.Sleep 20

    Expect.isTrue (isSo ()) what

// Time for what must not come. A slow machine could only hide a fault here, never show one that is not there.
let private aWhile () = Thread.Sleep 1500

let private refreshed (sandbox: Sandbox) =
    eventually "the program is called" (fun () -> not (calls sandbox).IsEmpty)
    aWhile ()

let private call (sandbox: Sandbox) = "refresh personal " + sandbox.Root

let private once =
    testList
        "Once a minute for all terminals"
        [
            for what, prepare in
                [
                    "old figures", (fun sandbox -> figures sandbox (now () - 1L))
                    "no figures at all", ignore
                    "a file that is broken",
                    (fun sandbox ->
                        figures sandbox 5L
                        File.WriteAllText(Layout.prompt sandbox.Root personal, "1 x"))
                ] do
                testCase ("five terminals that find " + what + " at once start one refresh")
                <| fun () ->
                    use sandbox = new Sandbox()
                    program sandbox "sleep 1"
                    prepare sandbox
                    let shells = Array.init 5 (fun _ -> shell sandbox [])

                    try
                        let reports = shells |> Array.Parallel.map _.Report()

                        for report in reports do
                            Expect.equal (said report) [] "no word of it"

                        refreshed sandbox

                        for zsh in shells do
                            Expect.equal (said (zsh.Report())) [] "nor later"

                        Expect.equal (calls sandbox) [ call sandbox ] "one call, for the profile in force and this root"
                    finally
                        for zsh in shells do
                            (zsh :> IDisposable).Dispose()

            testCase "after a minute the next one is started"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox (now () - 1L)

                (use zsh = shell sandbox []
                 zsh.Report() |> ignore
                 refreshed sandbox)

                for age, due in [ 50.0, 1; 61.0, 2 ] do
                    File.SetLastWriteTimeUtc(Layout.refreshed sandbox.Root, DateTime.UtcNow.AddSeconds -age)
                    use zsh = shell sandbox []
                    zsh.Report() |> ignore

                    if due = 2 then
                        eventually "the program is called again" (fun () -> (calls sandbox).Length >= 2)

                    aWhile ()
                    Expect.equal (calls sandbox).Length due $"%f{age} seconds later"

            testCase "a shell that waits at its prompt starts it when its figures grow old"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                let stale = now () + 5L
                figures sandbox stale
                use zsh = shell sandbox []
                zsh.Report() |> ignore
                // a second more: clocks of one machine differ by milliseconds
                eventually "that second has come" (fun () -> now () > stale)
                zsh.Report() |> ignore
                refreshed sandbox
                Expect.equal (calls sandbox) [ call sandbox ] "one call"
        ]

let private never =
    testList
        "None"
        [
            for what, more in
                [
                    "when CODEX_ROUTER_REFRESH is 0", [ "CODEX_ROUTER_REFRESH", "0" ]
                    "when the hook is switched off", [ "CODEX_ROUTER_DISABLE", "1" ]
                ] do
                testCase what
                <| fun () ->
                    use sandbox = new Sandbox()
                    program sandbox ""
                    figures sandbox (now () - 1L)
                    use zsh = shell sandbox more
                    zsh.Report() |> ignore
                    aWhile ()
                    Expect.equal (calls sandbox) [] "no call"
                    Expect.isFalse (File.Exists(Layout.refreshed sandbox.Root)) "no sign of one"

            testCase "while the figures are fresh"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox 999_999_999_999L
                use zsh = shell sandbox []
                zsh.Report() |> ignore
                aWhile ()
                Expect.equal (calls sandbox) [] "no call"

            testCase "in a script, and in a subshell of a terminal"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox (now () - 1L)

                sandbox.Script(
                    "source -- $1; cd -- $2/other; _codex_router_hook",
                    environment = [ "CODEX_ROUTER_REFRESH", "" ]
                )
                |> ignore

                use zsh = shell sandbox [ "CODEX_ROUTER_REFRESH", "0" ]

                zsh.Type
                    "unset CODEX_ROUTER_REFRESH; ( cd /; cd -; _codex_router_hook ) >/dev/null; CODEX_ROUTER_REFRESH=0"

                zsh.Report() |> ignore
                aWhile ()
                Expect.equal (calls sandbox) [] "no call"

            testCase "before the first prompt: a theme's instant prompt may be on, and a start file is not done"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox (now () - 1L)

                sandbox.Zsh([ "-fic"; "source -- $1; sleep 1"; "zsh"; Project.plugin ], [ "CODEX_ROUTER_REFRESH", "" ])
                |> ignore

                Expect.equal (calls sandbox) [] "no call"

            testCase "for what is no profile here"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""

                use zsh =
                    shell
                        sandbox
                        [
                            "CODEX_HOME", sandbox.Root + "/profiles/nobody"
                            "CODEX_ROUTER_ROOT", sandbox.Root
                        ]

                let report = zsh.Report()
                Expect.equal report.Prompt (Held.Set "nobody") "what CODEX_HOME says"
                aWhile ()
                Expect.equal (calls sandbox) [] "no call"

            testCase "if somebody put a link where the time is kept"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox (now () - 1L)
                let target = Path.Combine(sandbox.Path, "target")
                File.WriteAllText(target, "kept")
                File.SetLastWriteTimeUtc(target, DateTime.UtcNow.AddHours -1.0)
                File.CreateSymbolicLink(Layout.refreshed sandbox.Root, target) |> ignore
                use zsh = shell sandbox []
                zsh.Report() |> ignore
                aWhile ()
                Expect.equal (calls sandbox) [] "no call"
                Expect.equal (File.ReadAllText target) "kept" "what the link leads to"
        ]

let private detached =
    testList
        "Detached"
        [
            testCase "it holds nothing of the terminal open, is not hung up, and stands in the file system's root"
            <| fun () ->
                use sandbox = new Sandbox()
                let trace = Path.Combine(sandbox.Path, "facts")

                // a shell that is told to hang up, interrupt and quit, and goes on
                program
                    sandbox
                    ("kill -HUP $$; kill -INT $$; kill -QUIT $$; { pwd; read -r line || echo 'no input'; ls -l /proc/$$/fd >\"$HOME/open\" 2>/dev/null; grep -e pipe: -e /dev/pts -e held \"$HOME/open\"; echo end; } >"
                     + LiveZsh.Quote trace)

                figures sandbox (now () - 1L)
                use zsh = shell sandbox [ "CODEX_ROUTER_REFRESH", "0" ]

                zsh.Type(
                    "exec 3>&1 4>"
                    + LiveZsh.Quote(Path.Combine(sandbox.Path, "held"))
                    + "; exec {far}>&4; unset CODEX_ROUTER_REFRESH"
                )

                zsh.Report() |> ignore

                eventually "it comes to its end" (fun () ->
                    File.Exists trace && File.ReadAllText(trace).EndsWith "end\n")

                Expect.equal (File.ReadAllText trace) "/\nno input\nend\n" "what it holds"

            testCase "job control does not know of it: no message, no `$!`, nothing to wait for or to be asked about"
            <| fun () ->
                use sandbox = new Sandbox()
                let go = Path.Combine(sandbox.Path, "go")

                program
                    sandbox
                    ("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do [ -e "
                     + LiveZsh.Quote go
                     + " ] || sleep 1; done")

                figures sandbox (now () - 1L)

                let outcome =
                    sandbox.Run(
                        "refresh.zsh",
                        [ Path.Combine(sandbox.Path, "other"); callsFile sandbox ],
                        [ "CODEX_ROUTER_REFRESH", "" ]
                    )

                File.WriteAllText(go, "")
                Expect.equal outcome.Err "" "no errors"
                Expect.equal (calls sandbox) [ call sandbox ] "it was started"

                Expect.equal
                    (outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray)
                    [ "answer last 0"; "answer jobs  last 0"; "answer waited"; "end" ]
                    "what the shell says"

            testCase "the file that keeps the time is the person's alone, whatever the umask"
            <| fun () ->
                for umask in [ "000"; "022"; "777" ] do
                    use sandbox = new Sandbox()
                    program sandbox ""
                    figures sandbox (now () - 1L)
                    use zsh = shell sandbox [ "CODEX_ROUTER_REFRESH", "0" ]
                    zsh.Type("umask " + umask + "; unset CODEX_ROUTER_REFRESH")
                    zsh.Report() |> ignore
                    eventually "it was started" (fun () -> not (calls sandbox).IsEmpty)

                    Expect.equal
                        (File.GetUnixFileMode(Layout.refreshed sandbox.Root))
                        (UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
                        umask

            testCase "while one refresh runs no other starts, however long it takes"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox "sleep 20"
                figures sandbox (now () - 1L)
                use first = shell sandbox []
                first.Report() |> ignore
                eventually "it was started" (fun () -> not (calls sandbox).IsEmpty)
                // a minute later
                File.SetLastWriteTimeUtc(Layout.refreshed sandbox.Root, DateTime.UtcNow.AddMinutes -2.0)
                use second = shell sandbox []
                second.Report() |> ignore
                aWhile ()
                Expect.equal (calls sandbox) [ call sandbox ] "one call"

            testCase "the status of the last command stay"
            <| fun () ->
                use sandbox = new Sandbox()
                program sandbox ""
                figures sandbox (now () - 1L)
                use zsh = shell sandbox [ "CODEX_ROUTER_REFRESH", "0" ]
                zsh.Type "unset CODEX_ROUTER_REFRESH; true | __status 3"
                Expect.equal (zsh.Report()).Status 3 "the status"
                eventually "it was started" (fun () -> not (calls sandbox).IsEmpty)
        ]

let tests = testList "Refresh in the background" [ once; never; detached ]
