/// What survives a loss of power is decided by the order of system calls: it is read from a trace of them.
module CodexRouter.Platform.Tests.DurabilityTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open CodexRouter.Platform
open CodexRouter.Testing

let private traced =
    "?rename,renameat,renameat2,?link,linkat,?symlink,symlinkat,?mkdir,mkdirat,fsync"

/// The names below the home in a call, half-made files' as `NEW`: `fsync file`.
let private call (home: TestHome) (line: string) =
    let found =
        Regex.Match(line, @"\b(fsync|rename\w*|link\w*|symlink\w*|mkdir\w*)\((.*)\) += 0$")

    if not found.Success || not (line.Contains home.Path) then
        None
    else
        let name =
            Regex.Match(found.Groups[1].Value, "^(fsync|rename|link|symlink|mkdir)").Value

        // The folder that relative paths would count from; there are none.
        let arguments = Regex.Replace(found.Groups[2].Value, "AT_FDCWD<[^>]*>", "")

        let paths =
            [
                for path in Regex.Matches(arguments, "[\"<](" + Regex.Escape home.Path + "[^\">]*)[\">]") ->
                    match path.Groups[1].Value.Substring(home.Path.Length).TrimStart '/' with
                    | "" -> "."
                    | below -> Regex.Replace(below, @"[^/]*\.new-[^/]*$", "NEW")
            ]

        Some(String.Join(' ', name :: paths))

/// Gives the calls of a role that change names, or bring something to the device, in their order.
let private calls (home: TestHome) (role: string list) =
    if OperatingSystem.IsMacOS() then
        skiptest "needs Linux: macOS has no strace"

    if (home.Run("sh", [ "-c"; "strace -o /dev/null true" ])).Exit <> 0 then
        skiptest "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

    let log = home.Path + ".calls"

    try
        let options =
            [
                "-f"
                "-qq"
                "-y"
                "-s"
                "4096"
                "--seccomp-bpf"
                "-o"
                log
                "-e"
                "trace=" + traced
            ]

        let ran =
            home.Run("strace", options @ Roles.program :: Roles.arguments ("change" :: role))

        Expect.equal (ran.Exit, ran.Err) (0, "") "done"
        File.ReadAllLines log |> Seq.choose (call home) |> List.ofSeq
    finally
        File.Delete log

let private promise name expected (prepare: TestHome -> unit) (role: TestHome -> string list) =
    testCase name (fun () ->
        use home = new TestHome()
        prepare home
        Expect.equal (calls home (role home)) expected "in this order")

let private write (home: TestHome) (name: string) =
    Directory.CreateDirectory(Path.GetDirectoryName(home.File name) |> string)
    |> ignore

    File.WriteAllText(home.File name, "FAKE")

let tests =
    testList
        "what survives a loss of power"
        [
            promise
                "a file's content is on the device before it has its name, and then the name"
                [ "fsync NEW"; "rename NEW file"; "fsync ." ]
                (fun home -> write home "file")
                (fun home -> [ "file"; home.File "file" ])

            promise "a link's name" [ "symlink NEW"; "rename NEW link"; "fsync ." ] ignore (fun home ->
                [ "link"; home.File "link" ])

            promise
                "a link's name in the place of what was expected there"
                [ "symlink NEW"; "rename NEW file"; "fsync ." ]
                (fun home -> write home "file")
                (fun home -> [ "expected-link"; home.File "file" ])

            promise
                "a new name in another folder: there first, so that one of the two always is"
                [ "rename old/file new/file"; "fsync new"; "fsync old" ]
                (fun home ->
                    write home "old/file"
                    write home "new/other")
                (fun home -> [ "rename"; home.File "old/file"; home.File "new/file" ])

            promise
                "a new name that replaces none"
                [ "rename old/file new/file"; "fsync new"; "fsync old" ]
                (fun home ->
                    write home "old/file"
                    write home "new/other")
                (fun home -> [ "rename-alone"; home.File "old/file"; home.File "new/file" ])

            promise
                "a second name"
                [ "link old/file new/file"; "fsync new" ]
                (fun home ->
                    write home "old/file"
                    write home "new/other")
                (fun home -> [ "second-name"; home.File "old/file"; home.File "new/file" ])

            promise
                "folders, each in the one above"
                [ "mkdir one"; "fsync ."; "mkdir one/two"; "fsync one" ]
                ignore
                (fun home -> [ "folder"; home.File "one/two" ])
        ]
