namespace CodexRouter.Core

open System

/// Who wants figures.
[<RequireQualifiedAccess>]
type Asker =
    /// A person who waits for the answer.
    | Person
    /// The prompt or a live view, again and again, while nobody may be looking.
    | Background

/// Whether a Codex that may renew a sign-in can be started in a profile's home.
[<RequireQualifiedAccess>]
type MayStart =
    | Yes
    /// A Codex lives there already, and renews the sign-in when it needs to.
    | LeftTo of processes: int list
    /// The access token is due, and nobody is there who asked for it to be renewed.
    | NotInBackground

/// Decides who renews a sign-in. A refresh token is good for one use: of two programs that renew at the same time one is
/// told that the sign-in has ended.
[<RequireQualifiedAccess>]
module Renewal =

    /// Gives the Codex programs that can renew a profile's sign-in: those in its home and, through the root's link, those of
    /// the root while the profile is the current one.
    let renewersOf (running: Running) isCurrent name =
        let own = Map.tryFind name running.Profiles |> Option.defaultValue []
        if isCurrent then running.Root @ own else own

    /// Tells whether nobody would renew the sign-in if a Codex were started with it now, unless it were told to.
    let private staysAsItIs now (signIn: SignIn) =
        signIn.Kind <> SignInKind.ChatGpt
        || (signIn.Expires.IsSome && not (SignIn.isDueForRenewal now signIn))

    /// Decides for a profile's sign-in. `isTold` says that the Codex would be told to renew it.
    let mayStart now (running: Running) isCurrent name (signIn: SignIn) asker isTold =
        match renewersOf running isCurrent name, asker with
        | _ :: _ as processes, _ -> MayStart.LeftTo processes
        | [], Asker.Background when isTold || not (staysAsItIs now signIn) -> MayStart.NotInBackground
        | [], _ -> MayStart.Yes
