namespace CodexRouter.Cli

open CodexRouter.Core

/// What kind of failure a problem is: for programs. What each tells is said once, by `says`.
[<RequireQualifiedAccess>]
type ProblemCode =
    | Usage
    | Busy
    | Fault
    | Io
    | Failed
    | NotPermitted
    | NotYours
    | OtherVolume
    | InTheWay
    | Unreadable
    | ProfileNotFound
    | NameTaken
    | NoSuchAlias
    | NotSignedIn
    | NoSuchFile
    | NotSaved
    | AlreadySaved
    | OtherIdentity
    | Damaged
    | LinkedElsewhere
    | IsCurrent
    | InUse
    | NoPrevious
    | NotConfirmed
    | NoSealedCopy
    | LoginFailed
    | NotEnough
    | CodexNotFound
    | CodexNotRun
    | CodexSilent
    | CodexRefused
    | NotWhole
    | NotTrusted
    | TrustRefused
    | SignInsReadable
    | NoSandbox
    | SandboxNotRun
    | PermissionsRefused
    | CredentialStore
    | WouldSignOut
    | Command
    | NoFolder
    | NoPin
    | BrokenPin
    | PinPath
    | NoHook
    | NotInstalled
    | SessionNotFound
    | SessionAmbiguous
    | SessionArchived
    | SessionOfAnother
    | SessionApart
    | NoFigure
    | LoginExpired
    | NotRenewed
    | RenewedMeanwhile
    | LeftToCodex
    | RenewalDue
    | AppServer
    | AddressRefused
    | Unreachable
    | NotSecure
    | ProxyFailed
    | TimedOut
    | AnswerUnknown
    | PaymentRequired
    | Forbidden
    | RateLimited
    | ServiceError

[<RequireQualifiedAccess>]
module ProblemCode =

    /// Gives the word for programs, which does not change.
    let word code =
        match code with
        | ProblemCode.Usage -> "usage"
        | ProblemCode.Busy -> "busy"
        | ProblemCode.Fault -> "fault"
        | ProblemCode.Io -> "io"
        | ProblemCode.Failed -> "failed"
        | ProblemCode.NotPermitted -> "not_permitted"
        | ProblemCode.NotYours -> "not_yours"
        | ProblemCode.OtherVolume -> "other_volume"
        | ProblemCode.InTheWay -> "in_the_way"
        | ProblemCode.Unreadable -> "unreadable"
        | ProblemCode.ProfileNotFound -> "profile_not_found"
        | ProblemCode.NameTaken -> "name_taken"
        | ProblemCode.NoSuchAlias -> "no_such_alias"
        | ProblemCode.NotSignedIn -> "not_signed_in"
        | ProblemCode.NoSuchFile -> "no_such_file"
        | ProblemCode.NotSaved -> "not_saved"
        | ProblemCode.AlreadySaved -> "already_saved"
        | ProblemCode.OtherIdentity -> "other_identity"
        | ProblemCode.Damaged -> "damaged"
        | ProblemCode.LinkedElsewhere -> "linked_elsewhere"
        | ProblemCode.IsCurrent -> "is_current"
        | ProblemCode.InUse -> "in_use"
        | ProblemCode.NoPrevious -> "no_previous"
        | ProblemCode.NotConfirmed -> "not_confirmed"
        | ProblemCode.NoSealedCopy -> "no_sealed_copy"
        | ProblemCode.LoginFailed -> "login_failed"
        | ProblemCode.NotEnough -> "not_enough"
        | ProblemCode.CodexNotFound -> "codex_not_found"
        | ProblemCode.CodexNotRun -> "codex_not_run"
        | ProblemCode.CodexSilent -> "codex_silent"
        | ProblemCode.CodexRefused -> "codex_refused"
        | ProblemCode.NotWhole -> "not_whole"
        | ProblemCode.NotTrusted -> "not_trusted"
        | ProblemCode.TrustRefused -> "trust_refused"
        | ProblemCode.SignInsReadable -> "sign_ins_readable"
        | ProblemCode.NoSandbox -> "no_sandbox"
        | ProblemCode.SandboxNotRun -> "sandbox_not_run"
        | ProblemCode.PermissionsRefused -> "permissions_refused"
        | ProblemCode.CredentialStore -> "credential_store"
        | ProblemCode.WouldSignOut -> "would_sign_out"
        | ProblemCode.Command -> "command"
        | ProblemCode.NoFolder -> "no_folder"
        | ProblemCode.NoPin -> "no_pin"
        | ProblemCode.BrokenPin -> "broken_pin"
        | ProblemCode.PinPath -> "pin_path"
        | ProblemCode.NoHook -> "no_hook"
        | ProblemCode.NotInstalled -> "not_installed"
        | ProblemCode.SessionNotFound -> "session_not_found"
        | ProblemCode.SessionAmbiguous -> "session_ambiguous"
        | ProblemCode.SessionArchived -> "session_archived"
        | ProblemCode.SessionOfAnother -> "session_of_another"
        | ProblemCode.SessionApart -> "session_apart"
        | ProblemCode.NoFigure -> "no_figure"
        | ProblemCode.LoginExpired -> "login_expired"
        | ProblemCode.NotRenewed -> "not_renewed"
        | ProblemCode.RenewedMeanwhile -> "renewed_meanwhile"
        | ProblemCode.LeftToCodex -> "left_to_codex"
        | ProblemCode.RenewalDue -> "renewal_due"
        | ProblemCode.AppServer -> "app_server"
        | ProblemCode.AddressRefused -> "address_refused"
        | ProblemCode.Unreachable -> "unreachable"
        | ProblemCode.NotSecure -> "not_secure"
        | ProblemCode.ProxyFailed -> "proxy_failed"
        | ProblemCode.TimedOut -> "timed_out"
        | ProblemCode.AnswerUnknown -> "answer_unknown"
        | ProblemCode.PaymentRequired -> "payment_required"
        | ProblemCode.Forbidden -> "forbidden"
        | ProblemCode.RateLimited -> "rate_limited"
        | ProblemCode.ServiceError -> "service_error"

    /// Says what it tells: a phrase.
    let says code =
        match code with
        | ProblemCode.Usage -> "the words were not understood"
        | ProblemCode.Busy -> "another change is in progress, or a Codex may renew the sign-in at this moment"
        | ProblemCode.Fault -> "an error in the program itself"
        | ProblemCode.Io -> "the system did not do what a file needed"
        | ProblemCode.Failed -> "a change could not be made"
        | ProblemCode.NotPermitted -> "the system does not allow this user to change something"
        | ProblemCode.NotYours -> "the root is another person's"
        | ProblemCode.OtherVolume -> "profiles and what becomes one are on two volumes"
        | ProblemCode.InTheWay -> "something stands where a file or a directory belongs"
        | ProblemCode.Unreadable -> "a sign-in is there, and the system does not let it be read"
        | ProblemCode.ProfileNotFound -> "no profile and no alias has the name"
        | ProblemCode.NameTaken -> "a profile or an alias has the name already"
        | ProblemCode.NoSuchAlias -> "the alias is not one of the profile's"
        | ProblemCode.NotSignedIn -> "nobody is signed in"
        | ProblemCode.NoSuchFile -> "there is no file to take a sign-in from"
        | ProblemCode.NotSaved -> "the sign-in that Codex has is in no profile"
        | ProblemCode.AlreadySaved -> "another profile has the sign-in"
        | ProblemCode.OtherIdentity -> "the profile is of another account"
        | ProblemCode.Damaged -> "a file holds no sign-in that can be used"
        | ProblemCode.LinkedElsewhere -> "the root's auth.json is a link of someone else's making"
        | ProblemCode.IsCurrent -> "the profile is the current one"
        | ProblemCode.InUse -> "a Codex runs in the profile"
        | ProblemCode.NoPrevious -> "no other profile was current before"
        | ProblemCode.NotConfirmed -> "a question has to be answered, and nobody is there to ask"
        | ProblemCode.NoSealedCopy -> "there is no sealed copy to restore"
        | ProblemCode.LoginFailed -> "Codex's login failed"
        | ProblemCode.NotEnough -> "less is left than was asked for, or nobody knows how much"
        | ProblemCode.CodexNotFound -> "there is no Codex on the path"
        | ProblemCode.CodexNotRun -> "the Codex program cannot be run"
        | ProblemCode.CodexSilent -> "Codex did not answer"
        | ProblemCode.CodexRefused -> "Codex does not tell which hooks it has"
        | ProblemCode.NotWhole -> "links are missing in the home"
        | ProblemCode.NotTrusted -> "Codex took the change, and does not trust the hooks all the same"
        | ProblemCode.TrustRefused -> "Codex did not write the trust into the settings"
        | ProblemCode.SignInsReadable -> "the commands that a model runs can read sign-ins"
        | ProblemCode.NoSandbox ->
            "Codex's settings run commands without a sandbox, or with settings that would be lost"
        | ProblemCode.SandboxNotRun -> "Codex could not run a command in its sandbox"
        | ProblemCode.PermissionsRefused -> "Codex did not write the permissions into the settings"
        | ProblemCode.CredentialStore -> "Codex's settings ask for another store than the file"
        | ProblemCode.WouldSignOut -> "Codex's settings would make it delete the sign-in"
        | ProblemCode.Command -> "the command was not found, or cannot be run"
        | ProblemCode.NoFolder -> "there is no such directory, or none that can be entered"
        | ProblemCode.NoPin -> "there is no pin"
        | ProblemCode.BrokenPin -> "the pin cannot be read"
        | ProblemCode.PinPath -> "the pin's path cannot be recorded"
        | ProblemCode.NoHook -> "the shell's hook is not loaded"
        | ProblemCode.NotInstalled -> "a file that is installed with the program is missing"
        | ProblemCode.SessionNotFound -> "there is no such session"
        | ProblemCode.SessionAmbiguous -> "several sessions have the name"
        | ProblemCode.SessionArchived -> "the session is archived"
        | ProblemCode.SessionOfAnother -> "the session was begun with another account"
        | ProblemCode.SessionApart -> "the session is in another home"
        | ProblemCode.NoFigure -> "no figure was read yet"
        | ProblemCode.LoginExpired -> "the sign-in has ended: only a new login helps"
        | ProblemCode.NotRenewed -> "the service does not take the sign-in, and Codex could not renew it now"
        | ProblemCode.RenewedMeanwhile -> "the sign-in was renewed while it was asked with"
        | ProblemCode.LeftToCodex -> "a Codex that runs renews the sign-in when it needs to"
        | ProblemCode.RenewalDue -> "the access token is to be renewed, which is not done in the background"
        | ProblemCode.AppServer -> "Codex's app-server gave no figures"
        | ProblemCode.AddressRefused -> "the service's address in Codex's settings is not one to send a token to"
        | ProblemCode.Unreachable -> "the service could not be reached"
        | ProblemCode.NotSecure -> "the service's certificate is not trusted"
        | ProblemCode.ProxyFailed -> "the proxy does not connect"
        | ProblemCode.TimedOut -> "the service did not answer in time"
        | ProblemCode.AnswerUnknown -> "the service answered without figures"
        | ProblemCode.PaymentRequired -> "the service answered with status 402"
        | ProblemCode.Forbidden -> "the service answered with status 403"
        | ProblemCode.RateLimited -> "the service answered with status 429"
        | ProblemCode.ServiceError -> "the service answered with another status"

    /// All of them.
    let all =
        [
            ProblemCode.Usage
            ProblemCode.Busy
            ProblemCode.Fault
            ProblemCode.Io
            ProblemCode.Failed
            ProblemCode.NotPermitted
            ProblemCode.NotYours
            ProblemCode.OtherVolume
            ProblemCode.InTheWay
            ProblemCode.Unreadable
            ProblemCode.ProfileNotFound
            ProblemCode.NameTaken
            ProblemCode.NoSuchAlias
            ProblemCode.NotSignedIn
            ProblemCode.NoSuchFile
            ProblemCode.NotSaved
            ProblemCode.AlreadySaved
            ProblemCode.OtherIdentity
            ProblemCode.Damaged
            ProblemCode.LinkedElsewhere
            ProblemCode.IsCurrent
            ProblemCode.InUse
            ProblemCode.NoPrevious
            ProblemCode.NotConfirmed
            ProblemCode.NoSealedCopy
            ProblemCode.LoginFailed
            ProblemCode.NotEnough
            ProblemCode.CodexNotFound
            ProblemCode.CodexNotRun
            ProblemCode.CodexSilent
            ProblemCode.CodexRefused
            ProblemCode.NotWhole
            ProblemCode.NotTrusted
            ProblemCode.TrustRefused
            ProblemCode.SignInsReadable
            ProblemCode.NoSandbox
            ProblemCode.SandboxNotRun
            ProblemCode.PermissionsRefused
            ProblemCode.CredentialStore
            ProblemCode.WouldSignOut
            ProblemCode.Command
            ProblemCode.NoFolder
            ProblemCode.NoPin
            ProblemCode.BrokenPin
            ProblemCode.PinPath
            ProblemCode.NoHook
            ProblemCode.NotInstalled
            ProblemCode.SessionNotFound
            ProblemCode.SessionAmbiguous
            ProblemCode.SessionArchived
            ProblemCode.SessionOfAnother
            ProblemCode.SessionApart
            ProblemCode.NoFigure
            ProblemCode.LoginExpired
            ProblemCode.NotRenewed
            ProblemCode.RenewedMeanwhile
            ProblemCode.LeftToCodex
            ProblemCode.RenewalDue
            ProblemCode.AppServer
            ProblemCode.AddressRefused
            ProblemCode.Unreachable
            ProblemCode.NotSecure
            ProblemCode.ProxyFailed
            ProblemCode.TimedOut
            ProblemCode.AnswerUnknown
            ProblemCode.PaymentRequired
            ProblemCode.Forbidden
            ProblemCode.RateLimited
            ProblemCode.ServiceError
        ]

    /// All words, for programs.
    let words = all |> List.map word

    /// Tells whether Codex's word is of the sign-in, which another Codex may have renewed meanwhile.
    let isOfSignIn code =
        [
            ProblemCode.LoginExpired
            ProblemCode.NotRenewed
            ProblemCode.RenewedMeanwhile
        ]
        |> List.contains code

    /// Tells whether the reason why the service gave no figures does not pass by itself.
    let isLasting code =
        [
            ProblemCode.NotSecure
            ProblemCode.ProxyFailed
            ProblemCode.PaymentRequired
            ProblemCode.AnswerUnknown
        ]
        |> List.contains code

    /// Gives the code of a reason why the service gave no figures.
    let ofNoFigure reason =
        match reason with
        | NoFigure.NameNotFound
        | NoFigure.NotListening
        | NoFigure.NoConnection
        | NoFigure.ConnectionLost
        | NoFigure.NotUnderstood -> ProblemCode.Unreachable
        | NoFigure.NotSecure -> ProblemCode.NotSecure
        | NoFigure.ProxyFailed -> ProblemCode.ProxyFailed
        | NoFigure.TimedOut -> ProblemCode.TimedOut
        | NoFigure.NoneRecognised
        | NoFigure.TooLarge -> ProblemCode.AnswerUnknown
        | NoFigure.PaymentRequired _ -> ProblemCode.PaymentRequired
        | NoFigure.Forbidden -> ProblemCode.Forbidden
        | NoFigure.TooManyRequests -> ProblemCode.RateLimited
        | NoFigure.Status _ -> ProblemCode.ServiceError
