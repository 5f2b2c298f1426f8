namespace CodexRouter.Core

open System

/// Why something that was asked is not done. A refusal changes nothing.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Refusal =
    /// No profile and no alias has the name that was asked for.
    | NoSuchProfile of asked: string
    /// A text cannot be a profile's name.
    | BadName of asked: string * fault: ProfileNameFault
    /// A profile or an alias has the name already, perhaps in other letters' case.
    | NameTaken of name: ProfileName * by: ProfileName
    /// Nobody is signed in at the root.
    | RootNotSignedIn of file: string
    /// There is no file to take a sign-in from.
    | NoSuchFile of file: string
    /// The profile has no sign-in.
    | ProfileNotSignedIn of name: ProfileName
    /// A profile's sign-in cannot be used.
    | ProfileDamaged of name: ProfileName * file: string * fault: SignInFault
    /// The root's auth.json is a file that holds no readable sign-in.
    | RootDamaged of file: string * fault: SignInFault
    /// The root's auth.json is of someone whom no profile holds: it would be lost.
    | RootNotSaved of file: string * email: string option
    /// The root's auth.json is a link of someone else's making.
    | RootLinkedElsewhere of file: string * target: string
    /// A sign-in is there, and the system does not let it be read.
    | Unreadable of file: string * reason: string
    /// Something that is no file stands where a file or folder belongs.
    | InTheWay of path: string
    /// The sign-in to be saved is another profile's already.
    | HeldBy of name: ProfileName
    /// The profile holds another identity than the one that would replace it.
    | OtherIdentity of name: ProfileName * held: string option * offered: string option
    /// The profile is the current one.
    | IsCurrent of name: ProfileName
    /// A Codex program runs in the profile's home.
    | InUse of name: ProfileName * processes: int list
    /// A Codex program may be renewing the outgoing sign-in at this moment.
    | RenewalUnderWay of name: ProfileName * processes: int list * expires: DateTimeOffset option
    /// There is no sealed copy of the profile's sign-in, or none that can be read.
    | NoSealedCopy of name: ProfileName
    /// The sealed copy is of a sign-in that another profile holds: two live copies would end each other.
    | CopyHeldBy of name: ProfileName * holder: ProfileName
    /// The alias is not one of the profile's.
    | NoSuchAlias of name: ProfileName * alias: ProfileName

[<RequireQualifiedAccess>]
module Refusal =

    /// Gives the Codex programs that a change waits for, if it is refused because of them.
    let processes refusal =
        match refusal with
        | Refusal.InUse(_, processes)
        | Refusal.RenewalUnderWay(_, processes, _) -> Some processes
        | _ -> None

    /// Gives when the access token ends whose renewal is waited for, if that is the reason.
    let renewalDue refusal =
        match refusal with
        | Refusal.RenewalUnderWay(_, _, expires) -> expires
        | _ -> None
