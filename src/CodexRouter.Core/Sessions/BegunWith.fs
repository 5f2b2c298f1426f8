namespace CodexRouter.Core

/// What has to be known of a profile to tell which sessions were begun with it.
type SessionProfile =
    {
        Name: ProfileName
        UserId: string option
        AccountId: string option
    }

/// Which profile a session was begun with, and how that is known.
[<RequireQualifiedAccess>]
type BegunWith =
    /// Codex wrote down an account that these profiles have; more than one only if they are of one account.
    | Account of profile: ProfileName * others: ProfileName list
    /// The log lies in the home of a profile that keeps its history apart.
    | Home of profile: ProfileName
    /// Codex wrote down an account that no profile has.
    | Stranger
    /// Codex wrote down nobody, and the log lies where all do.
    | NotKnown

/// Decides which profile a session was begun with.
[<RequireQualifiedAccess>]
module BegunWith =

    let private compared (one: string option) (other: string option) =
        match one, other with
        | Some one, Some other -> Some(one = other)
        | Some _, None
        | None, Some _
        | None, None -> None

    /// All that both name is the same, and they name something.
    let private isOf (owner: SessionOwner) (profile: SessionProfile) =
        match
            [
                compared profile.UserId owner.UserId
                compared profile.AccountId owner.AccountId
            ]
            |> List.choose id
        with
        | [] -> false
        | compared -> List.forall id compared

    /// A sign-in that Codex moved to another workspace is still the person's.
    let private isOfPerson (owner: SessionOwner) (profile: SessionProfile) =
        compared profile.UserId owner.UserId = Some true

    /// Gives the profile of a session: the one whose account Codex wrote down, else the one whose home holds the log alone.
    let decide (profiles: SessionProfile list) (heldBy: ProfileName option) (owner: SessionOwner option) =
        let found =
            match owner with
            | None -> []
            | Some owner ->
                match profiles |> List.filter (isOf owner) with
                | [] -> profiles |> List.filter (isOfPerson owner)
                | found -> found
                |> List.map _.Name

        match found, heldBy, owner with
        | found, Some home, _ when found.IsEmpty || List.contains home found -> BegunWith.Home home
        | first :: others, _, _ -> BegunWith.Account(first, others)
        | [], _, Some _ -> BegunWith.Stranger
        | [], _, None -> BegunWith.NotKnown

    /// Gives the profiles that it was begun with: one, unless several are of one account.
    let profiles begun =
        match begun with
        | BegunWith.Account(profile, others) -> profile :: others
        | BegunWith.Home profile -> [ profile ]
        | BegunWith.Stranger
        | BegunWith.NotKnown -> []

    /// The word for how it is known.
    let word begun =
        match begun with
        | BegunWith.Account _ -> "account"
        | BegunWith.Home _ -> "home"
        | BegunWith.Stranger -> "other_account"
        | BegunWith.NotKnown -> "not_known"

    /// All words.
    let words = [ "account"; "home"; "other_account"; "not_known" ]
