namespace CodexRouter.Core

open System

/// What was seen of a sign-in that its file does not show.
[<RequireQualifiedAccess>]
type Doubt =
    /// The root's link to it was gone while it was current: so `codex logout` leaves it, which revokes the sign-in.
    | Suspected
    /// The provider refused to renew it.
    | Refused

/// Reads and writes the note of a doubt. It holds for one state of the sign-in only, which `last_refresh` tells apart: a newer
/// one is in no doubt. No token is in it.
[<RequireQualifiedAccess>]
module Doubt =

    let private moment (signIn: SignIn) =
        match signIn.LastRefresh with
        | Some time -> time.ToUniversalTime().ToString("O", Globalization.CultureInfo.InvariantCulture)
        | None -> "-"

    /// Writes the note about a sign-in as it is now.
    let render doubt (signIn: SignIn) =
        let word =
            match doubt with
            | Doubt.Suspected -> "suspected"
            | Doubt.Refused -> "refused"

        word + " " + moment signIn + "\n"

    /// Gives the doubt in a note, if it is about the sign-in as it is.
    let read (text: string) (signIn: SignIn) =
        match text.Trim().Split ' ' with
        | [| word; time |] when time = moment signIn ->
            match word with
            | "suspected" -> Some Doubt.Suspected
            | "refused" -> Some Doubt.Refused
            | _ -> None
        | _ -> None

/// How a profile's sign-in is, as far as anything that was seen tells.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Health =
    | Ok
    /// No sign-in is there.
    | SignedOut
    /// It may have been revoked: see `Doubt.Suspected`.
    | PerhapsSignedOut
    /// The provider refused to renew it: nothing but a new login helps.
    | Ended
    /// Codex could not load it.
    | Damaged of fault: SignInFault
    /// What is there is no file.
    | InTheWay
    | Unreadable of reason: string
    /// Another account's tokens stand in it.
    | Mixed
    /// Another account than the one that was saved.
    | OtherAccount
    /// The same person in another workspace than the one that was saved.
    | OtherWorkspace
    /// Codex would delete it at its next start.
    | Blocked of demand: WouldSignOut
    /// Codex uses what these variables hold in its place.
    | Overridden of variables: string list

[<RequireQualifiedAccess>]
module Health =

    /// Gives the word for programs and for the shell; `ok` when nothing is wrong.
    let word health =
        match health with
        | Health.Ok -> "ok"
        | Health.SignedOut -> "signed_out"
        | Health.PerhapsSignedOut -> "perhaps_signed_out"
        | Health.Ended -> "ended"
        | Health.Damaged _
        | Health.InTheWay -> "damaged"
        | Health.Unreadable _ -> "unreadable"
        | Health.Mixed -> "mixed"
        | Health.OtherAccount -> "changed"
        | Health.OtherWorkspace -> "other_workspace"
        | Health.Blocked _ -> StateIndex.Blocked
        | Health.Overridden _ -> "overridden"

    /// The words that `word` gives, for those who are told of them before they meet one.
    let words =
        [
            "ok"
            "signed_out"
            "perhaps_signed_out"
            "ended"
            "damaged"
            "unreadable"
            "mixed"
            "changed"
            "other_workspace"
            StateIndex.Blocked
            "overridden"
        ]

    /// Tells whether a Codex could be started on it without a person's doing something first.
    let isUsable health =
        match health with
        | Health.Ok
        | Health.PerhapsSignedOut
        | Health.OtherAccount
        | Health.OtherWorkspace
        | Health.Overridden _ -> true
        | Health.SignedOut
        | Health.Ended
        | Health.Damaged _
        | Health.InTheWay
        | Health.Unreadable _
        | Health.Mixed
        | Health.Blocked _ -> false

    /// Gives the doubt about a profile's sign-in: what is noted of it, or what the root shows now.
    let doubt (files: FileSystem) root (profile: Profile) =
        match Stored.signIn profile.Stored with
        | Some signIn ->
            files.ReadText(Layout.doubt root profile.Name)
            |> Option.bind (fun text -> Doubt.read text signIn)
            |> Option.orElseWith (fun () ->
                if
                    signIn.Kind = SignInKind.ChatGpt
                    && files.Look(Layout.live root) = Entry.Missing
                    && Observed.marked files root = Some profile.Name
                then
                    Some Doubt.Suspected
                else
                    None)
        | None -> None

    /// Judges a profile among all. `demand` tells why Codex would delete its sign-in, `overriding` the variables that stand in
    /// its place. What ended it counts before what is odd about it, and what is around it comes last.
    let judge
        (files: FileSystem)
        root
        (profiles: Profile list)
        (demand: Profile -> WouldSignOut option)
        overriding
        (profile: Profile)
        =
        match profile.Stored with
        | Stored.Missing -> Health.SignedOut
        | Stored.InTheWay -> Health.InTheWay
        | Stored.Unreadable reason -> Health.Unreadable reason
        | Stored.Damaged(_, fault) -> Health.Damaged fault
        | Stored.SignIn(_, signIn) ->
            let doubt = doubt files root profile

            let isOther =
                profile.Record
                |> Option.filter (fun record -> not (ProfileRecord.isOf signIn record))

            match doubt, Sealed.mixOf profiles profile, isOther, demand profile with
            | Some Doubt.Refused, _, _, _ -> Health.Ended
            | _, Some _, _, _ -> Health.Mixed
            | _, _, Some record, _ when ProfileRecord.isOfPerson signIn record -> Health.OtherWorkspace
            | _, _, Some _, _ -> Health.OtherAccount
            | Some Doubt.Suspected, _, _, _ -> Health.PerhapsSignedOut
            | None, None, None, Some demand -> Health.Blocked demand
            | None, None, None, None ->
                if List.isEmpty overriding then
                    Health.Ok
                else
                    Health.Overridden overriding
