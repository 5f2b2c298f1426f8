namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform

type DoctorArguments =
    | Fix
    | Deep
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Fix -> "repair what can be repaired without losing data or guessing"
            | Deep -> "also ask the real Codex in every profile, and compare its answers with those in the root"
            | Json -> "answer in JSON"

type DoctorRequest =
    {
        IsToFix: bool
        /// Codex itself is asked too, in the root and in each home.
        IsDeep: bool
        IsJson: bool
    }

/// Checks everything here, in words, and what to do about each.
[<RequireQualifiedAccess>]
module Doctor =

    let private all (context: Context) fix isDeep =
        let root = context.Surroundings.Root

        let profilesFolder =
            match Disk.look (Layout.profiles root) with
            | Entry.Folder
            | Entry.Missing -> None
            | Entry.File _
            | Entry.Link _
            | Entry.Other ->
                Some(
                    Check.bad
                        "profiles"
                        (Layout.profiles root + " is not a directory")
                        (Remedy.forMovingAside (Layout.profiles root))
                )

        match profilesFolder with
        | Some check -> [ SurroundingChecks.codex context; check ]
        | None ->
            // First, because everything else is judged by what it leaves.
            let unfinished =
                Check.survive "unfinished" (fun () -> PlaceChecks.unfinished context fix)

            let profiles, seen =
                try
                    Observed.profiles Disk.files root, []
                with :? SystemCallException as failure ->
                    [],
                    [
                        Check.bad "profiles" (FailureText.ofException failure) (Remedy.forFailure failure)
                    ]

            let each id look =
                profiles
                |> List.collect (fun profile ->
                    Check.survive (id + "." + ProfileName.value profile.Name) (fun () -> look profile))

            [
                Check.survive "codex" (fun () -> [ SurroundingChecks.codex context ])
                Check.survive "credential_store" (fun () -> [ RootChecks.store root ])
                if not profiles.IsEmpty then
                    Check.survive "reach" (fun () -> [ RootChecks.reach root profiles ])
                Check.survive "settings" (fun () -> [ RootChecks.settings root ])
                Check.survive "access" (fun () -> PlaceChecks.access root)
                unfinished
                seen
                Check.survive "live" (fun () -> [ RootChecks.live context ])
                each "profile" (fun found -> [ ProfileChecks.profile root found ])
                each "preflight" (ProfileChecks.preflight root)
                each "permissions" (fun found -> ProfileChecks.permissions root fix found.Name)
                each "sharing" (ProfileChecks.sharing root)
                ProfileChecks.copies profiles
                Check.survive "import" (fun () -> SurroundingChecks.others context profiles)
                Check.survive "mount" (fun () -> SurroundingChecks.mounts root profiles)
                Check.survive "kept" (fun () -> SurroundingChecks.kept root)
                Check.survive "environment" (fun () -> SurroundingChecks.environment context)
                Check.survive "daemon" (fun () -> SurroundingChecks.daemon context)
                Check.survive "hook" (fun () -> [ SurroundingChecks.hook context ])
                if isDeep then
                    Check.survive "deep" (fun () -> HomeChecks.deep context fix profiles)
            ]
            |> List.concat

    let private show (context: Context) (checks: Check list) =
        for check in checks do
            let mark =
                if not check.Ok then Piece.bad "!  "
                elif check.Mended then Piece.good "+  "
                else Piece.good "ok "

            context.Terminal.Line [ mark; Piece.plain check.Message ]

            check.Fix
            |> Option.iter (fun fix -> context.Terminal.Line [ Piece.faint "     try: "; Piece.plain fix ])

    let private request _ given : Result<DoctorRequest, Problem> =
        Ok
            {
                IsToFix = Given.has Fix given
                IsDeep = Given.has Deep given
                IsJson = Given.has Json given
            }

    let private work (context: Context) (request: DoctorRequest) : Ending =
        let checks = all context request.IsToFix request.IsDeep
        let isWell = checks |> List.forall _.Ok

        if request.IsJson then
            let answer: DoctorDto =
                {
                    Schema = Answer.Schema
                    Ok = isWell
                    Checks =
                        checks
                        |> List.map (fun check ->
                            {
                                Id = check.Id
                                Ok = check.Ok
                                Message = Inert.text check.Message
                                Fix = check.Fix |> Option.map Inert.text
                                Fixed = check.Mended
                            })
                }

            context.Terminal.Raw(Answer.text AnswerShapes.doctor answer)
        else
            show context checks

        Ok(if isWell then ExitCode.Done else ExitCode.Refused)

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "doctor"
                Names = ""
                Shown = "[--fix] [--deep]"
                Summary = "find problems, and show how to fix them"
                Does =
                    "Checks everything that Codex Router needs and stores on this machine, and shows how to fix each "
                    + "problem. With --deep it also asks the real Codex, without a sign-in, what it finds in the root "
                    + "and in each profile. Hooks, MCP servers, skills, plugins, features, settings and sessions should "
                    + "be the same everywhere."
                Examples =
                    [
                        "codex-router doctor", ""
                        "codex-router doctor --fix", "repair what can be repaired safely"
                        "codex-router doctor --deep", "find differences between the root and profiles"
                    ]
                Ends = [ ExitCode.Done, "no problems"; ExitCode.Refused, "a problem was found" ]
                Offers = []
            }
            request
            work
