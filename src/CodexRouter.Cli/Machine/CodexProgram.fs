namespace CodexRouter.Cli

open System
open System.IO
open System.Text.Json
open CodexRouter.Core
open CodexRouter.Platform

/// The real Codex on this machine: where its program is, and which of its processes use which home.
[<RequireQualifiedAccess>]
module CodexProgram =

    [<Literal>]
    let private Name = "codex"

    /// Gives the path of the Codex program: `CODEX_ROUTER_CODEX`, else the first `codex` on PATH.
    let find (surroundings: Surroundings) : Result<string, Problem> =
        let asked = Option.defaultValue Name surroundings.CodexProgram

        match Programs.Find(asked, Option.toObj surroundings.Path) with
        | null ->
            Problem.refused
                ProblemCode.CodexNotFound
                ("the Codex program was not found: " + Inert.text asked)
                "npm install -g @openai/codex, or export CODEX_ROUTER_CODEX=PATH"
            |> Error
        | path -> Ok path

    /// What a daemon leaves behind to look for newer releases (seen in 0.160 and 0.169). It holds no sign-in, and lives on
    /// when everything else of Codex has ended.
    [<Literal>]
    let private Updater = "pid-update-loop"

    /// A Codex is a program of that name, or a script of that name that an interpreter runs.
    let private isCodex (entry: ProcessEntry) =
        let named (text: string) =
            match Path.GetFileName text with
            | Name
            | "codex.js" -> true
            | _ -> false

        let isNamed =
            entry.Arguments |> Seq.truncate 2 |> Seq.exists named
            || (entry.Executable |> Option.ofObj |> Option.exists named)

        isNamed && not (Seq.contains Updater entry.Arguments)

    /// The home that a process uses. One that does not tell is taken to use the root: that costs a question, not a sign-in.
    let private homeOf (root: string) (entry: ProcessEntry) =
        match entry.Environment with
        | null -> root
        | environment ->
            match environment.TryGetValue "CODEX_HOME", environment.TryGetValue "HOME" with
            | (true, home), _ when home <> "" -> home
            | _, (true, home) -> Layout.(/) home ".codex"
            | _ -> root

    /// Gives a home's background daemon's process number, from the file that it leaves (seen in 0.169.0), while it runs. The
    /// number may by now be another program's: it is a Codex of this home, or no daemon.
    let daemon home =
        let file = Layout.(/) home "app-server-daemon/daemon.pid"

        let read (bytes: ReadOnlyMemory<byte>) =
            try
                use document = JsonDocument.Parse bytes

                match document.RootElement.ValueKind = JsonValueKind.Object, document.RootElement with
                | true, element ->
                    match element.TryGetProperty "pid" with
                    | true, pid when pid.ValueKind = JsonValueKind.Number ->
                        match pid.TryGetInt32() with
                        | true, pid -> Some pid
                        | _ -> None
                    | _ -> None
                | _ -> None
            with :? JsonException ->
                None

        Disk.tryReadBytes 65_536 file
        |> Option.bind read
        |> Option.filter (fun pid ->
            pid > 0
            && ProcessTable.IsAlive pid
            && ProcessTable.Mentioning Name
               |> Seq.exists (fun entry -> entry.Pid = pid && isCodex entry && Homes.same home (homeOf home entry)))

    /// A process that does not show its environment may only just have ended.
    let private isThere (entry: ProcessEntry) =
        (match entry.Environment with
         | null -> false
         | environment -> environment.Count > 0)
        || ProcessTable.IsAlive entry

    /// How often a process that shows an empty environment is looked at again, and after which pause: half a second.
    let private looks, private pause = 25, TimeSpan.FromMilliseconds 20.0

    /// Gives the processes of Codex as `look` finds them, once none shows an empty environment: Linux shows that of a process
    /// which is about to become another program or has all but ended, and a moment later the truth. What keeps an empty one
    /// is given as it is.
    let settled (look: unit -> ProcessEntry list) (wait: TimeSpan -> unit) : ProcessEntry list =
        let isEmpty (entry: ProcessEntry) =
            match entry.Environment with
            | null -> false
            | environment -> environment.Count = 0

        let rec from left =
            let found = look ()

            if left > 0 && List.exists isEmpty found then
                wait pause
                from (left - 1)
            else
                found

        from looks

    /// Gives what runs of Codex now.
    let running (root: string) : Running =
        let look () =
            ProcessTable.Mentioning Name
            |> Seq.filter (fun entry -> entry.Pid <> Environment.ProcessId && isCodex entry && isThere entry)
            |> List.ofSeq

        let codexes =
            settled look Threading.Thread.Sleep
            |> List.map (fun entry -> Homes.find root (homeOf root entry), entry.Pid)

        {
            Root = codexes |> List.filter (fst >> (=) HomeOf.Root) |> List.map snd
            Profiles =
                codexes
                |> List.choose (fun (home, pid) ->
                    match home with
                    | HomeOf.Profile name -> Some(name, pid)
                    | HomeOf.Root
                    | HomeOf.Nobody -> None)
                |> List.groupBy fst
                |> List.map (fun (name, found) -> name, List.map snd found)
                |> Map.ofList
        }

    /// How long a daemon may take to be gone after it said that it stops.
    let private farewell = TimeSpan.FromSeconds 5.0

    /// Stops a home's daemon by Codex's own command, and tells whether it is gone.
    let stopDaemon (surroundings: Surroundings) home : Result<bool, Problem> =
        find surroundings
        |> Result.map (fun program ->
            let stopped =
                CapturedChild.Run(
                    program,
                    [| "app-server"; "daemon"; "stop" |],
                    Surroundings.forCodex surroundings home,
                    null,
                    ReadOnlyMemory.Empty,
                    TimeSpan.FromSeconds 20.0,
                    65_536
                )

            let deadline = DateTime.UtcNow + farewell

            while (daemon home).IsSome && DateTime.UtcNow < deadline do
                Threading.Thread.Sleep 50

            stopped.ExitCode = 0 && not stopped.TimedOut && (daemon home).IsNone)
