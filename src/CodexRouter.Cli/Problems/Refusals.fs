namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// Puts refusals into words: what happened, the file it is about, and what to do next.
[<RequireQualifiedAccess>]
module Refusals =

    let private quoted (name: ProfileName) = "'" + ProfileName.value name + "'"

    let private whom email =
        match email with
        | Some email -> Inert.text email
        | None -> "an account without an e-mail"

    let private pids (processes: int list) =
        String.Join(", ", processes |> List.map string<int>)

    /// Does something. What the system refuses is expected of a program that works on files: it is a problem like any other.
    let ofSystem root (work: unit -> Result<'a, Problem>) : Result<'a, Problem> =
        try
            work ()
        with
        | :? SystemCallException as failure ->
            Error(Problem.refused ProblemCode.Io (FailureText.ofException failure) (Remedy.forFailure failure))
        | :? IOException as failure ->
            Error(Problem.refused ProblemCode.Io (FailureText.ofException failure) (Remedy.forSpace root))
        | :? UnauthorizedAccessException as failure ->
            Error(Problem.refused ProblemCode.Io (FailureText.ofException failure) (Remedy.forAccess root))

    /// A name for a new profile, made from who is signed in: `bob` for bob@work.example.
    let suggestedName (email: string option) =
        email
        |> Option.map (fun email -> (email.Split '@')[0])
        |> Option.bind (ProfileName.create >> Result.toOption)
        |> Option.map ProfileName.value
        |> Option.defaultValue "NAME"

    /// Gives the problem that a refusal is to the person who asked.
    let problem refusal : Problem =
        match refusal with
        | Refusal.NoSuchProfile asked ->
            {
                Exit = ExitCode.NoSuchProfile
                Code = ProblemCode.ProfileNotFound
                Message = "Profile not found: '" + Inert.text asked + "'"
                Try = "codex-router list"
            }
        | Refusal.BadName(asked, fault) ->
            Problem.usage
                ("'"
                 + Inert.text asked
                 + "' cannot be a profile's name: "
                 + ProfileName.explain fault)
                (Again.replacing asked "NAME")
        | Refusal.NameTaken(name, by) when name = by ->
            Problem.refused ProblemCode.NameTaken ("there is already a profile " + quoted by) "codex-router list"
        | Refusal.NameTaken(name, by) ->
            Problem.refused
                ProblemCode.NameTaken
                (quoted name
                 + " is taken: profile "
                 + quoted by
                 + " has that name, or one that differs in letters' case only, or has it as an alias")
                (Again.replacing (ProfileName.value name) "NAME")
        | Refusal.RootNotSignedIn file ->
            Problem.notSignedIn ("no sign-in in " + Inert.text file) "codex-router login NAME"
        | Refusal.NoSuchFile file ->
            Problem.refused ProblemCode.NoSuchFile ("there is no file " + Inert.text file) (Remedy.forMissing file)
        | Refusal.ProfileNotSignedIn name ->
            Problem.notSignedIn
                ("profile " + quoted name + " has no sign-in")
                ("codex-router login " + ProfileName.value name)
        | Refusal.ProfileDamaged(name, file, fault) ->
            Problem.refused
                ProblemCode.Damaged
                ("the sign-in of profile "
                 + quoted name
                 + " cannot be used: "
                 + Inert.text file
                 + ": "
                 + SignIn.explain fault
                 + "; a login keeps that file aside")
                ("codex-router login " + ProfileName.value name)
        | Refusal.RootDamaged(file, fault) ->
            Problem.refused
                ProblemCode.Damaged
                (Inert.text file + " is no sign-in that Codex can use: " + SignIn.explain fault)
                (Remedy.forMovingAside file)
        | Refusal.RootNotSaved(file, email) ->
            Problem.refused
                ProblemCode.NotSaved
                ("the current sign-in ("
                 + whom email
                 + ") is not saved in a profile, and would be lost: "
                 + Inert.text file)
                ("codex-router save " + suggestedName email)
        | Refusal.RootLinkedElsewhere(file, target) ->
            Problem.refused
                ProblemCode.LinkedElsewhere
                (Inert.text file
                 + " is a link to "
                 + Inert.text target
                 + ", which is not one of codex-router's")
                (Remedy.forLink file target)
        | Refusal.Unreadable(file, reason) ->
            Problem.refused ProblemCode.Unreadable (Inert.text reason) (Remedy.forAccess file)
        | Refusal.InTheWay path ->
            Problem.refused
                ProblemCode.InTheWay
                (Inert.text path + " is not what belongs there")
                (Remedy.forMovingAside path)
        | Refusal.HeldBy name ->
            Problem.refused
                ProblemCode.AlreadySaved
                ("this sign-in is already saved as profile " + quoted name)
                ("codex-router rename "
                 + ProfileName.value name
                 + " NEW, or codex-router alias "
                 + ProfileName.value name
                 + " ALIAS")
        | Refusal.OtherIdentity(name, held, offered) ->
            Problem.refused
                ProblemCode.OtherIdentity
                ("profile "
                 + quoted name
                 + " is "
                 + whom held
                 + ", and this sign-in is "
                 + whom offered
                 + "; --force replaces it, and moves its sign-in to router/kept")
                (Again.replacing (ProfileName.value name) "NAME"
                 + ", or "
                 + Again.withOption "--force")
        | Refusal.IsCurrent name ->
            Problem.refused
                ProblemCode.IsCurrent
                ("profile " + quoted name + " is the current one")
                "codex-router switch OTHER"
        | Refusal.InUse(name, processes) ->
            Problem.refused
                ProblemCode.InUse
                ("Codex is running in profile "
                 + quoted name
                 + " (process "
                 + pids processes
                 + ")")
                (Remedy.forProcesses processes + ", or " + Again.withOption "--force")
        | Refusal.RenewalUnderWay(name, processes, _) ->
            Problem.busy
                ("Codex (process "
                 + pids processes
                 + ") can renew the sign-in of "
                 + quoted name
                 + " at any moment, and a change at that moment could lose that sign-in")
                (Remedy.forProcesses processes + ", or " + Again.withOption "--force")
        | Refusal.NoSealedCopy name ->
            Problem.refused
                ProblemCode.NoSealedCopy
                ("there is no sealed copy of the sign-in of profile " + quoted name)
                ("codex-router login " + ProfileName.value name)
        | Refusal.CopyHeldBy(name, holder) ->
            Problem.refused
                ProblemCode.AlreadySaved
                ("the sealed copy of "
                 + quoted name
                 + " is of the sign-in that profile "
                 + quoted holder
                 + " holds, and two copies of one sign-in end each other")
                ("codex-router switch " + ProfileName.value holder)
        | Refusal.NoSuchAlias(name, alias) ->
            Problem.refused
                ProblemCode.NoSuchAlias
                (quoted alias + " is no alias of profile " + quoted name)
                "codex-router list"
