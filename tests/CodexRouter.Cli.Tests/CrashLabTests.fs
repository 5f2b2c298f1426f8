/// Every system call by which a command changes a file is once the command's last, and once fails for each reason that disks have.
module CodexRouter.Cli.Tests.CrashLabTests

open System
open System.IO
open CodexRouter.Testing
open Expecto

/// System calls that change what is on disk or how safely it is there.
let private changing =
    "?rename,renameat,renameat2,?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?rmdir,?mkdir,mkdirat,?chmod,fchmod,fchmodat,"
    + "?chown,fchown,fchownat,?open,openat,write,pwrite64,writev,ftruncate,?truncate,fallocate,fsync,fdatasync,utimensat,sendfile"

let private errors = [ "ENOSPC"; "EIO"; "EACCES"; "EPERM"; "EXDEV" ]

/// One call of a command: the how manieth of its name it is, among those that change something and among all.
type private Call =
    {
        Name: string
        Change: int
        Place: int
    }

let private canTrace =
    lazy
        (use person = new Person()
         (person.Shell "strace -o /dev/null true").Exit = 0)

/// With processes of its own, a command that looks through all of them makes the same calls each time.
let private alone =
    lazy
        (use person = new Person()
         let words = [ "--pid"; "--fork"; "--mount-proc" ]

         try
             if (person.Start("unshare", words @ [ "true" ])).Exit = 0 then
                 "unshare" :: words
             else
                 []
         with :? ComponentModel.Win32Exception ->
             [])

let private traced (person: Person) log (options: string list) words =
    match
        alone.Value
        @ [ "strace"; "-qq"; "-y"; "-o"; log ]
        @ options
        @ [ Project.program ]
        @ words
    with
    | program :: words -> person.Start(program, words)
    | [] -> failwith "never"

/// Gives the calls in a log, each with whether it is the one that was tampered with.
let private callsIn (person: Person) log =
    let changes (line: string) name =
        line.Contains person.Home
        && (not (name = "open" || name = "openat")
            || line.Contains "O_CREAT"
            || line.Contains "O_TRUNC")

    let next counts name =
        let count = 1 + (Map.tryFind name counts |> Option.defaultValue 0)
        count, Map.add name count counts

    File.ReadAllLines log
    |> List.ofArray
    |> List.filter (fun line -> line.Contains '(' && Char.IsAsciiLetter line[0])
    |> List.mapFold
        (fun (all, changed) line ->
            let name = line.Substring(0, line.IndexOf '(')
            let place, all = next all name

            if changes line name then
                let change, changed = next changed name

                (Some
                    {
                        Name = name
                        Change = change
                        Place = place
                    },
                 line),
                (all, changed)
            else
                (None, line), (all, changed))
        (Map.empty, Map.empty)
    |> fst

let private callsOf deed (settings: string) =
    use person = new Person()
    deed.Prepare person
    person.Write(person.In "router/config.toml", settings)
    let log = person.File "calls"
    let outcome = traced person log [ "-e"; "trace=" + changing ] deed.Words
    Expect.equal outcome.Exit 0 (Outcome.describe outcome)
    callsIn person log |> List.choose fst

/// Runs a deed with one of its calls tampered with, and gives how it ended; nothing when another call was hit, because this
/// time there were more or fewer before it.
let private tampered (person: Person) deed call (how: string) isHit =
    let log = person.File "calls"

    let options =
        [
            "-e"
            "trace=" + call.Name
            "-e"
            "inject=" + call.Name + ":" + how + ":when=" + string<int> call.Place
        ]

    let outcome = traced person log options deed.Words

    match callsIn person log |> List.filter (snd >> isHit outcome) |> List.tryLast with
    | Some(Some hit, _) when hit.Change = call.Change -> Some outcome
    | _ -> None

let private isDocumented = [ 1; 2; 3; 4; 5; 6 ]

/// Once what was asked for is so, the command says so; and it says so only then.
let private isHonest (person: Person) deed cut (outcome: Outcome) =
    match outcome.Exit, deed.IsDone |> Option.map (fun isDone -> isDone person) with
    | 0, (Some true | None) -> ()
    | 0, Some false -> failtest (cut + ": says that it is done, and it is not\n" + Outcome.describe outcome)
    | _, Some true ->
        failtest (
            cut
            + ": it is done, and the command calls it failed\n"
            + Outcome.describe outcome
        )
    | exit, _ ->
        Expect.contains isDocumented exit (cut + "\n" + Outcome.describe outcome)

        if deed.Words.Head <> "doctor" then
            Expect.stringContains outcome.Err "\ntry: " (cut + ": says what to do\n" + Outcome.describe outcome)

let private attempt deed (settings: string) call how check =
    let rec go times call =
        use person = new Person()
        deed.Prepare person
        person.Write(person.In "router/config.toml", settings)

        match check person call with
        | true -> true
        | false when times > 1 ->
            callsOf deed settings
            |> List.tryFind (fun found -> found.Name = call.Name && found.Change = call.Change)
            |> Option.exists (go (times - 1))
        | false -> false

    if not (go 5 call) then
        Lab.count "missed" 1

    ignore<string> how

let private kill deed settings call =
    attempt deed settings call "KILL" (fun person call ->
        let isHit (outcome: Outcome) (_: string) = outcome.Exit = 137

        match tampered person deed call "signal=KILL" isHit with
        | None -> false
        | Some _ ->
            let cut = deed.Title + " cut at " + call.Name + " " + string<int> call.Change

            Lab.count "killed" 1

            Expect.isTrue
                (not (deed.Whole = deed.Final) || Deed.leads person)
                (cut + ": the root's link leads somewhere")

            Deed.isSoundAfter person deed cut
            true)

let private fail deed settings (call, error) =
    attempt deed settings call error (fun person call ->
        let isHit _ (line: string) = line.Contains "(INJECTED)"

        match tampered person deed call ("error=" + error) isHit with
        | None -> false
        | Some outcome ->
            let cut =
                deed.Title + ", " + error + " at " + call.Name + " " + string<int> call.Change

            Lab.count "failed" 1
            isHonest person deed cut outcome
            Deed.isSoundAfter person deed cut
            true)

/// How many of each kind an ordinary run tries of a deed.
let private sampled = 2

let private tryEverywhere settings deed =
    testCase deed.Title (fun () ->
        if not canTrace.Value then
            skiptest "needs strace, and leave to trace: apt-get install strace; in a container --cap-add SYS_PTRACE"

        let calls = callsOf deed settings
        Expect.isNonEmpty calls "it changes something"

        // What is only made safe has changed nothing more: to be killed there is to be killed at the next call.
        calls
        |> List.filter (fun call -> not (call.Name.EndsWith "sync"))
        |> Lab.sample ("kill " + deed.Title) sampled
        |> List.iter (kill deed settings)

        calls
        |> List.collect (fun call -> errors |> List.map (fun error -> call, error))
        |> Lab.sample ("fail " + deed.Title) sampled
        |> List.iter (fail deed settings))

let private needsNoCopies deed =
    not (
        deed.Title.StartsWith "restore"
        || deed.Title.Contains "seal"
        || deed.Title.Contains "mix"
    )

let tests =
    testList
        "crash lab"
        [
            testList "every call" (Deed.all |> List.map (tryEverywhere ""))
            // Nothing is to be had from a copy here.
            if Lab.isLong then
                testList
                    "every call without sealed copies"
                    (Deed.all
                     |> List.filter needsNoCopies
                     |> List.map (tryEverywhere "sealed_copies = false\n"))
        ]

/// Says what was tried, when all is over.
let tell () =
    Lab.tell
        "crash lab"
        [
            "killed", "calls killed"
            "failed", "calls failed"
            "missed", "missed"
            "lost", "sign-ins lost"
        ]
