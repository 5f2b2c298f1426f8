/// Shows the program at work, with sample accounts and a stand-in for the provider, in a folder that goes afterwards.
module CodexRouter.Demo.Program

open System
open System.Collections.Generic
open System.IO
open CodexRouter.Platform
open CodexRouter.StandIn

let private ownerOnly = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

let private say (line: string) = Console.Out.WriteLine line

/// Says what is wrong and what to type, and gives the exit code.
let private refuse (what: string) (remedy: string) =
    Console.Error.WriteLine("codex-router: " + what + "\ntry: " + remedy)
    1

let private variable name =
    match Environment.GetEnvironmentVariable name with
    | null
    | "" -> None
    | value -> Some value

let private find (program: string) =
    Programs.Find(program, Environment.GetEnvironmentVariable "PATH")
    |> Option.ofObj

let private folderOf (path: string) = Path.GetDirectoryName path |> string

let private environment home (program: string) (codex: string option) =
    let variables = Dictionary<string, string>()

    for name in [ "TERM"; "LANG"; "LC_ALL"; "NO_COLOR"; "TMPDIR" ] do
        variable name |> Option.iter (fun value -> variables[name] <- value)

    let folders =
        [
            Some(folderOf program)
            codex |> Option.map folderOf
            variable "PATH" |> Option.orElse (Some "/usr/bin:/bin")
        ]
        |> List.choose id

    variables["PATH"] <- String.Join(':', folders)
    variables["HOME"] <- home
    variables

let private write (path: string) (bytes: byte[]) =
    Directory.CreateDirectory(folderOf path, ownerOnly ||| UnixFileMode.UserExecute)
    |> ignore

    File.WriteAllBytes(path, bytes)
    File.SetUnixFileMode(path, ownerOnly)

/// Two people who do not exist, signed in with a service that is on this machine only.
let private furnish (home: string) (service: StandIn) =
    let now = DateTimeOffset.UtcNow
    let ending = now.AddDays 10.0
    service.SetUsage(SampleAccount.alice, SampleUsage.twoWindows now 42 7)
    service.SetUsage(SampleAccount.bob, SampleUsage.twoWindows now 71 35)
    write (home + "/.codex/auth.json") (service.SignIn(SampleAccount.alice, ending))
    write (home + "/sign-in-of-bob.json") (service.SignIn(SampleAccount.bob, ending))

    write
        (home + "/.codex/config.toml")
        (Text.Encoding.UTF8.GetBytes("chatgpt_base_url = \"" + service.BaseUrl + "\"\n"))

/// How the program is called in the person's shell: by its path, as one word, when its name is not on PATH.
let private typed program =
    match find "codex-router" with
    | None -> Script.quoted program
    | Some _ -> "codex-router"

let private show (program: string) (plugin: string) (zsh: string) =
    let codex = variable "CODEX_ROUTER_CODEX" |> Option.orElse (find "codex")
    let home = Directory.CreateTempSubdirectory "codex-router-demo-"

    try
        use service = StandIn.Start [ SampleAccount.alice; SampleAccount.bob ]
        furnish home.FullName service
        let script = home.FullName + "/.demo.zsh"
        write script (Text.Encoding.UTF8.GetBytes(Script.lines plugin codex.IsSome))

        say "This is codex-router at work in a throw-away folder, with sample accounts. Nothing of yours is touched."

        say ""

        let ended =
            ForegroundChild.Run(zsh, [| "-f"; script |], environment home.FullName program codex, home.FullName)

        if ended = 0 then
            // That names the one step that is next, whatever is there already.
            say ("That was all; the folder is gone again. Next: " + typed program)

            0
        else
            refuse ("the demo ended with exit code " + string<int> ended) (typed program + " doctor")
    finally
        FolderTree.Delete home.FullName

[<EntryPoint>]
let main arguments =
    match arguments, find "zsh" with
    | [| program; plugin |], Some zsh -> show program plugin zsh
    | [| _; _ |], None ->
        refuse
            "zsh is not installed, and the demo shows it at work"
            (if OperatingSystem.IsMacOS() then
                 "brew install zsh"
             else
                 "sudo apt-get install zsh")
    | _ ->
        refuse "the demo takes no further words" "./run.sh demo" |> ignore
        2
