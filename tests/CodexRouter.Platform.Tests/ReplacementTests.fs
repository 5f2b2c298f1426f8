module CodexRouter.Platform.Tests.ReplacementTests

open System
open System.Globalization
open System.IO
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private replaceBy (home: TestHome) role = Roles.run home ("replace-by" :: role)

/// Reads a mask of signals, as Linux shows it, from the status of a process.
let private mask (name: string) (status: string) =
    let line =
        status.Split '\n'
        |> Array.find (fun line -> line.StartsWith(name + ":", StringComparison.Ordinal))

    UInt64.Parse(line.Substring(name.Length + 1).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)

let private bit signal = 1UL <<< (signal - 1)

let private needsProc () =
    if not (OperatingSystem.IsLinux()) then
        skiptest "needs Linux: there is no /proc to look into"

let private script (home: TestHome) name (text: string) mode =
    File.WriteAllText(home.File name, text)
    File.SetUnixFileMode(home.File name, mode)
    home.File name

let tests =
    testList
        "ProcessReplacement"
        [
            testCase "the program takes over: its output, its exit code, its arguments as they were"
            <| fun () ->
                use home = new TestHome()

                let ran =
                    replaceBy home [ "sh"; "-c"; "printf '%s|' \"$0\" \"$@\"; exit 3"; "a b"; ""; "*"; "ä" ]

                Expect.equal (ran.Exit, ran.Out) (3, "a b||*|ä|") "as called"

            testCase "a NUL in an argument or a variable is refused: the program would see a shorter one"
            <| fun () ->
                let variable = Collections.Generic.Dictionary<string, string>()
                variable["FAKE"] <- "a\000b"

                Expect.throwsT<ArgumentException>
                    (fun () -> ForegroundChild.Run("true", [| "a\000b" |], Roles.environment) |> ignore)
                    "argument of a child"

                Expect.throwsT<ArgumentException>
                    (fun () -> ForegroundChild.Run("/bin/true", [||], variable) |> ignore)
                    "variable of a child"

                // Were it not refused, there would be nobody left to tell of it.
                Expect.throwsT<ArgumentException>
                    (fun () -> ProcessReplacement.Replace("/nowhere/true", [| "a\000b" |], Roles.environment))
                    "argument of another program in this one's place"

            testCase "it keeps the number of the process"
            <| fun () ->
                use home = new TestHome()

                let inner =
                    String.Join(' ', Roles.program :: Roles.arguments [ "replace-by"; "sh"; "-c"; "'echo $$'" ])

                let ran = home.Run("sh", [ "-c"; "echo $$; exec " + inner ])
                let numbers = ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                Expect.equal numbers.Length 2 ran.Err
                Expect.equal numbers[1] numbers[0] "the same process"

            testCase "no signal is ignored or blocked that was not before: SIGPIPE ends it"
            <| fun () ->
                needsProc ()
                use home = new TestHome()
                let before = (home.Run("cat", [ "/proc/self/status" ])).Out
                let after = (replaceBy home [ "cat"; "/proc/self/status" ]).Out
                Expect.equal (mask "SigIgn" after &&& bit 13) 0UL "SIGPIPE has its default action"
                // What the test's own parents ignore, and the runtime's SIGPIPE, is in both.
                Expect.equal (mask "SigIgn" after) (mask "SigIgn" before &&& ~~~(bit 13)) "ignored"
                Expect.equal (mask "SigBlk" after) 0UL "blocked"
                Expect.equal (mask "SigCgt" after) 0UL "handled"

            testCase "a writer into a closed pipe is ended by SIGPIPE, as without this program between"
            <| fun () ->
                use home = new TestHome()

                let inner =
                    String.Join(' ', Roles.program :: Roles.arguments [ "replace-by"; "yes" ])

                let ran = home.Run("bash", [ "-c"; inner + " | head -n 1; echo ${PIPESTATUS[0]}" ])
                Expect.equal ran.Out "y\n141\n" "128 and 13"
                Expect.equal ran.Err "" "without a complaint"

            testCase "what nohup ignored stays ignored"
            <| fun () ->
                needsProc ()
                use home = new TestHome()

                let inner =
                    String.Join(' ', Roles.program :: Roles.arguments [ "replace-by"; "cat"; "/proc/self/status" ])

                let ran = home.Run("sh", [ "-c"; "trap '' HUP; exec " + inner ])
                Expect.equal (mask "SigIgn" ran.Out &&& bit 1) (bit 1) "SIGHUP"

            testCase "no file of this process stays open in it; one that its caller opened does"
            <| fun () ->
                needsProc ()
                use home = new TestHome()
                let listing = [ "-c"; "ls /proc/$$/fd" ]
                let direct = (home.Run("sh", listing)).Out // what the tests themselves were started with is open in both
                Expect.equal (replaceBy home ("sh" :: listing)).Out direct "no more than without this program between"

                let inner =
                    String.Join(' ', Roles.program :: Roles.arguments [ "replace-by"; "cat"; "/dev/fd/9" ])

                File.WriteAllText(home.File "given", "FAKE")
                Expect.equal (home.Run("sh", [ "-c"; "exec 9<given; exec " + inner ])).Out "FAKE" "the caller's"

            testCase "it is looked for on the PATH; what may not be run is passed over for what may"
            <| fun () ->
                use home = new TestHome()
                Directory.CreateDirectory(home.File "one") |> ignore
                Directory.CreateDirectory(home.File "two") |> ignore
                script home "one/fake-tool" "#!/bin/sh\necho one\n" Roles.ownerOnly |> ignore
                script home "two/fake-tool" "#!/bin/sh\necho two\n" Roles.ownerFolder |> ignore

                let path (folders: string list) = [ "PATH", String.Join(':', folders) ]

                let all = [ home.File "missing"; home.File "one"; home.File "two" ]

                let run folders =
                    home.Run(Roles.program, Roles.arguments [ "replace-by"; "fake-tool" ], environment = path folders)

                Expect.equal (run all).Out "two\n" "the second"

                Expect.equal
                    (Programs.Find("fake-tool", String.Join(':', all)))
                    (home.File "two/fake-tool")
                    "found without running"

                Expect.equal (run [ home.File "one" ]).Exit 126 "may not be run"
                Expect.equal (run [ home.File "missing" ]).Exit 127 "not found"
                Expect.isNull (Programs.Find("fake-tool", home.File "one")) "none that may be run"

            testCase "what cannot be run is told with the path and the reason"
            <| fun () ->
                use home = new TestHome()
                let missing = replaceBy home [ home.File "missing" ]
                Expect.equal missing.Exit 127 "missing"
                Expect.stringContains missing.Err (home.File "missing") "path"
                let forbidden = replaceBy home [ script home "text" "FAKE" Roles.ownerOnly ]
                Expect.equal forbidden.Exit 126 "not executable"
                Expect.stringContains forbidden.Err "Permission denied" "reason"
                Expect.equal (replaceBy home [ home.Path ]).Exit 126 "a folder"

            testCase "a script without a first line for the system is run by the shell"
            <| fun () ->
                use home = new TestHome()
                let path = script home "bare" "echo \"$0 $1\"\n" Roles.ownerFolder
                Expect.equal (replaceBy home [ path; "x" ]).Out (path + " x\n") "run"
        ]
