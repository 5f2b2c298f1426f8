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
        | ProblemCode.Usage -> "the arguments are wrong"
        | ProblemCode.Busy -> "another change is in progress, or a running Codex process may be renewing the sign-in"
        | ProblemCode.Fault -> "internal error"
        | ProblemCode.Io -> "a file operation failed"
        | ProblemCode.Failed -> "a change could not be made"
        | ProblemCode.NotPermitted -> "the system does not permit this user to make the change"
        | ProblemCode.NotYours -> "the root belongs to another user"
        | ProblemCode.OtherVolume -> "the sign-in and the profiles are on different volumes"
        | ProblemCode.InTheWay -> "something else is in the place of a file or directory"
        | ProblemCode.Unreadable -> "the sign-in exists but cannot be read"
        | ProblemCode.ProfileNotFound -> "no profile or alias has this name"
        | ProblemCode.NameTaken -> "a profile or alias already has this name"
        | ProblemCode.NoSuchAlias -> "the profile does not have this alias"
        | ProblemCode.NotSignedIn -> "there is no sign-in"
        | ProblemCode.NoSuchFile -> "the file to import the sign-in from does not exist"
        | ProblemCode.NotSaved -> "Codex's current sign-in is not saved in a profile"
        | ProblemCode.AlreadySaved -> "another profile already holds this sign-in"
        | ProblemCode.OtherIdentity -> "the profile belongs to another account"
        | ProblemCode.Damaged -> "the file does not hold a usable sign-in"
        | ProblemCode.LinkedElsewhere -> "the root's auth.json is a link that another program made"
        | ProblemCode.IsCurrent -> "the profile is the current one"
        | ProblemCode.InUse -> "Codex is running in the profile"
        | ProblemCode.NoPrevious -> "no other profile was current before"
        | ProblemCode.NotConfirmed -> "the command needs a confirmation, and nobody can be asked"
        | ProblemCode.NoSealedCopy -> "there is no sealed copy to restore"
        | ProblemCode.LoginFailed -> "Codex's login failed"
        | ProblemCode.NotEnough -> "less than the requested quota is left, or it is not known"
        | ProblemCode.CodexNotFound -> "Codex was not found on PATH"
        | ProblemCode.CodexNotRun -> "the Codex program cannot be run"
        | ProblemCode.CodexSilent -> "Codex did not answer"
        | ProblemCode.CodexRefused -> "Codex did not list its hooks"
        | ProblemCode.NotWhole -> "links are missing from the home"
        | ProblemCode.NotTrusted -> "Codex accepted the change, but still does not trust the hooks"
        | ProblemCode.TrustRefused -> "Codex did not record the trust in the settings"
        | ProblemCode.SignInsReadable -> "commands that a model runs can read sign-ins"
        | ProblemCode.NoSandbox ->
            "Codex's settings run commands without a sandbox, or contain sandbox settings that the change would lose"
        | ProblemCode.SandboxNotRun -> "Codex could not run a command in its sandbox"
        | ProblemCode.PermissionsRefused -> "Codex did not write the permissions into the settings"
        | ProblemCode.CredentialStore -> "Codex's settings do not store the sign-in in a file"
        | ProblemCode.WouldSignOut -> "Codex's settings would make it delete the sign-in"
        | ProblemCode.Command -> "the command was not found, or cannot be run"
        | ProblemCode.NoFolder -> "the directory does not exist or cannot be entered"
        | ProblemCode.NoPin -> "there is no pin"
        | ProblemCode.BrokenPin -> "the pin cannot be read"
        | ProblemCode.PinPath -> "the pin's path cannot be recorded"
        | ProblemCode.NoHook -> "the shell's hook is not loaded"
        | ProblemCode.NotInstalled -> "a file that is installed with the program is missing"
        | ProblemCode.SessionNotFound -> "there is no such session"
        | ProblemCode.SessionAmbiguous -> "several sessions match"
        | ProblemCode.SessionArchived -> "the session is archived"
        | ProblemCode.SessionOfAnother -> "the session was started with another account"
        | ProblemCode.SessionApart -> "the session is in another home"
        | ProblemCode.NoFigure -> "no figures have been read yet"
        | ProblemCode.LoginExpired -> "the sign-in has expired; a new login is needed"
        | ProblemCode.NotRenewed -> "the service rejected the sign-in, and Codex could not renew it now"
        | ProblemCode.RenewedMeanwhile -> "the sign-in was renewed during the request"
        | ProblemCode.LeftToCodex -> "the renewal is left to a running Codex process"
        | ProblemCode.RenewalDue -> "the access token needs a renewal, which is not done in the background"
        | ProblemCode.AppServer -> "Codex's app-server gave no figures"
        | ProblemCode.AddressRefused -> "no token is sent to the service address in Codex's settings"
        | ProblemCode.Unreachable -> "the service could not be reached"
        | ProblemCode.NotSecure -> "the service's certificate is not trusted"
        | ProblemCode.ProxyFailed -> "the proxy did not connect"
        | ProblemCode.TimedOut -> "the service did not answer in time"
        | ProblemCode.AnswerUnknown -> "the service's answer has no figures"
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
