module CodexRouter.Platform.Tests.PsListingTests

open System
open System.Collections.Generic
open Expecto
open CodexRouter.Platform

/// In the form that ps(1) of macOS prints with PsListing.Columns.
let private listing =
    """    1     0     0 Mon Nov 23 00:58:01 2026     /sbin/launchd
  501   500   501 Mon Nov 23 01:02:03 2026     -zsh
  777   501   501 Thu Nov 26 03:10:20 2026     /opt/homebrew/bin/codex --model gpt-x
  778   777   501 Thu Nov  5 03:10:20 2026     node /usr/local/bin/codex app-server
  779   501   501 Thu Nov 26 03:10:21 2026     /bin/sleep 5
  780   501   501 Thu Nov 26 03:10:21 2026     (codex)
"""

/// The same with -E and PsListing.EnvironmentColumns.
let private withEnvironment =
    """    1 /sbin/launchd
  501 -zsh HOME=/Users/me TERM=xterm
  777 /opt/homebrew/bin/codex --model gpt-x TMPDIR=/var/folders/x/ HOME=/Users/me CODEX_HOME=/Users/me/.codex/profiles/work PS1=%n @ %m $ EMPTY= LANG=en_GB.UTF-8
  778 node /usr/local/bin/codex app-server HOME=/Users/my name/home
  779 /bin/sh 5 HOME=/Users/me
  780 (codex)
"""

let private isNoFile = Func<string, bool>(fun _ -> false)

let private processes = lazy PsListing.Parse(listing, withEnvironment, isNoFile)

let private find pid =
    processes.Value |> Seq.find (fun entry -> entry.Pid = pid)

let private variables pid =
    match (find pid).Environment with
    | null -> []
    | found -> [ for pair: KeyValuePair<string, string> in found -> pair.Key, pair.Value ]

let tests =
    testList
        "PsListing"
        [
            testCase "each line is a process, with numbers, start and command"
            <| fun () ->
                Expect.equal [ for entry in processes.Value -> entry.Pid ] [ 1; 501; 777; 778; 779; 780 ] "all"
                let entry = find 777
                Expect.equal (entry.ParentPid, entry.Uid) (501, 501u) "numbers"
                Expect.equal (List.ofSeq entry.Arguments) [ "/opt/homebrew/bin/codex"; "--model"; "gpt-x" ] "command"
                Expect.equal entry.Executable "/opt/homebrew/bin/codex" "program"
                Expect.isNull (find 778).Executable "a name that is no path says nothing of where the program is"

            testCase "the environment is what stands behind the command; spaces in values stay"
            <| fun () ->
                Expect.equal
                    (variables 777)
                    [
                        "TMPDIR", "/var/folders/x/"
                        "HOME", "/Users/me"
                        "CODEX_HOME", "/Users/me/.codex/profiles/work"
                        "PS1", "%n @ %m $"
                        "EMPTY", ""
                        "LANG", "en_GB.UTF-8"
                    ]
                    "variables"

                Expect.equal (variables 778) [ "HOME", "/Users/my name/home" ] "a space in a path"

            testCase "an environment that is hidden, or that belongs to another command by now, is unknown, not empty"
            <| fun () ->
                Expect.isNull (find 1).Environment "hidden"
                Expect.isNull (find 780).Environment "ended"
                Expect.isNull (find 779).Environment "another command between the two listings"

            testCase "an argument that looks like a variable is no variable"
            <| fun () ->
                let line = "  9 1 501 Thu Nov 26 03:10:20 2026 env CODEX_HOME=/not/this codex"

                let entries =
                    PsListing.Parse(line, "  9 env CODEX_HOME=/not/this codex CODEX_HOME=/this", isNoFile)

                match entries[0].Environment with
                | null -> failtest "no environment"
                | found -> Expect.equal found["CODEX_HOME"] "/this" "from the environment"

            testCase "the start is the same text wherever it was read"
            <| fun () ->
                Expect.equal (PsListing.ParseStart "Thu Nov  5 03:10:20 2026    \n") (find 778).Started "one digit"
                Expect.isNull (PsListing.ParseStart "") "no such process"

            testCase "a program's path may hold spaces: it ends where there is a file of that name"
            <| fun () ->
                let path = "/Users/me/My Own  Tools/codex"
                let line = " 9 1 501 Thu Nov 26 03:10:20 2026 "
                let isCodex = Func<string, bool>(fun file -> file = path)
                let entry = PsListing.Parse(line + path + "  app-server -c x", "", isCodex)[0]
                Expect.equal entry.Executable path "the program"
                Expect.equal (List.ofSeq entry.Arguments) [ path; "app-server"; "-c"; "x" ] "and its arguments"
                Expect.equal (PsListing.Parse(line + path, "", isCodex)[0]).Executable path "without arguments"

                let asArgument = PsListing.Parse(line + "vim " + path, "", isCodex)[0]
                Expect.isNull asArgument.Executable "not what another program is given"

            testCase "a process that nobody has waited for yet is dead"
            <| fun () ->
                Expect.equal
                    (PsListing.ParseStartOfLiving "S+   Thu Nov  5 03:10:20 2026\n")
                    (find 778).Started
                    "asleep"

                Expect.isNull (PsListing.ParseStartOfLiving "Z    Thu Nov  5 03:10:20 2026\n") "dead"
                Expect.isNull (PsListing.ParseStartOfLiving "") "no such process"

            testCase "lines of another form are left out"
            <| fun () ->
                for text in
                    [
                        ""
                        "ps: illegal option"
                        "1"
                        "1 2 3"
                        "1 2 3 Mon"
                        "x 0 0 Mon Nov 23 00:58:01 2026 /sbin/launchd"
                    ] do
                    Expect.isEmpty (PsListing.Parse(text, text, isNoFile)) text
        ]
