module CodexRouter.Platform.Tests.TerminalTests

open System
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

/// Runs this program in a role with a terminal of its own, which script(1) makes, and gives what appeared on it.
let private onTerminal (home: TestHome) role =
    if isNull (Programs.Find("script", Environment.GetEnvironmentVariable "PATH")) then
        skiptest "needs script(1), to make a terminal: apt-get install bsdutils"

    let command = Roles.program :: Roles.arguments role

    let ran =
        if OperatingSystem.IsMacOS() then
            home.Run("script", [ "-q"; "/dev/null" ] @ command)
        else
            home.Run("script", [ "-q"; "-e"; "-c"; String.Join(' ', command); "/dev/null" ])

    Expect.equal ran.Exit 0 (ran.Out + ran.Err)
    ran.Out

let tests =
    testList
        "Terminal"
        [
            testCase "the input and the output are told to be a terminal or not"
            <| fun () ->
                use home = new TestHome()
                Expect.stringContains (onTerminal home [ "tell-terminals" ]) "yes yes" "on a terminal"
                Expect.equal (Roles.run home [ "tell-terminals" ]).Out "no no " "with pipes"

            testCase "a program that replaces this one finds the terminal as it was remembered"
            <| fun () ->
                use home = new TestHome()

                let echoes (output: string) =
                    output.Contains " echo " && not (output.Contains "-echo ")

                Expect.isTrue (echoes (onTerminal home [ "replace-after-silence"; "restore" ])) "echo is on again"

                Expect.isFalse
                    (echoes (onTerminal home [ "replace-after-silence"; "leave" ]))
                    "it was off: the test can tell"

            testCase "who waits for its reader to go asks for that, without which macOS never tells it"
            <| fun () ->
                use home = new TestHome()

                if
                    OperatingSystem.IsMacOS()
                    || (home.Run("sh", [ "-c"; "strace -o /dev/null true" ])).Exit <> 0
                then
                    skiptest
                        "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

                let log = home.File "calls"

                let ran =
                    home.Run(
                        "strace",
                        [ "-f"; "-qq"; "-o"; log; "-e"; "trace=poll,ppoll"; Roles.program ]
                        @ Roles.arguments [ "wait-for-reader" ]
                    )

                Expect.equal ran.Exit 0 "the reader stays"

                Expect.exists
                    (IO.File.ReadAllLines log)
                    (fun line -> line.Contains "[{fd=1, events=POLLHUP}]")
                    "asked for"

            testCase "who waits for its reader to go is told when it has"
            <| fun () ->
                use home = new TestHome()

                let command =
                    String.Join(' ', Roles.program :: Roles.arguments [ "wait-for-reader" ])

                let ran = home.Run("sh", [ "-c"; "{ " + command + "; echo $? >&2; } | true" ])
                Expect.equal ran.Err "1\n" "gone"

            testCase "a key is waited for without poll(2) too, which knows no /dev/tty on macOS"
            <| fun () ->
                use home = new TestHome()

                // Something comes once it has said that nothing was there, however long that takes.
                let script =
                    "mkfifo \"$HOME/keys\"; exec 3<>\"$HOME/keys\"; "
                    + String.Join(' ', Roles.program :: Roles.arguments [ "select" ])
                    + " <&3 | while read -r line; do echo \"$line\"; [ \"$line\" != nothing ] || echo x >&3; done"

                let ran = home.Run("sh", [ "-c"; script ])
                Expect.equal ran.Out "nothing\nreadable\n" "first the time is up, then there is something"

            testCase "without a terminal there is nothing to remember"
            <| fun () ->
                use home = new TestHome()
                let ran = Roles.run home [ "replace-by"; "true" ]
                Expect.equal (ran.Exit, ran.Err) (0, "") "and nothing to put back"
        ]
