namespace CodexRouter.Core

open System

/// What a sign-in is made of.
[<RequireQualifiedAccess>]
type SignInKind =
    /// Tokens of a ChatGPT account, which Codex renews.
    | ChatGpt
    /// An API key.
    | ApiKey
    /// A personal access token or an agent's identity.
    | Token
    /// Another provider's credentials.
    | Other

[<RequireQualifiedAccess>]
module SignInKind =

    /// All of them.
    let all =
        [ SignInKind.ChatGpt; SignInKind.ApiKey; SignInKind.Token; SignInKind.Other ]

    /// Gives the word for files and programs.
    let word kind =
        match kind with
        | SignInKind.ChatGpt -> "chatgpt"
        | SignInKind.ApiKey -> "apikey"
        | SignInKind.Token -> "token"
        | SignInKind.Other -> "other"

/// Why an auth.json holds no sign-in that Codex could use. No case carries anything from inside the file but the
/// names of Codex's own fields.
[<RequireQualifiedAccess>]
type SignInFault =
    | Empty
    | TooLarge of bytes: int64
    | NotJson of line: int64
    /// Well formed, but nobody is signed in.
    | NotSignedIn
    /// Codex refuses the whole file because of one field.
    | Unloadable of field: string
    /// Tokens stand where some other tool reads them, and Codex does not.
    | Misplaced
    /// The system does not let this user read it; the reason is the system's.
    | Unreadable of reason: string

/// Who a sign-in belongs to. Two sign-ins of one identity are renewals or repetitions of each other.
[<NoEquality; NoComparison>]
type Identity =
    private
        {
            Kind: SignInKind
            UserId: string option
            AccountId: string option
            Email: string option
            /// What renews it, or the key itself; none where the file leaves it empty.
            Credential: Secret option
        }

[<RequireQualifiedAccess>]
module Identity =

    let private bothAre (one: string option) (other: string option) =
        match one, other with
        | Some one, Some other -> String.Equals(one, other, StringComparison.Ordinal)
        | _ -> false

    /// Tells whether two sign-ins have the same key, or are at the same point of one chain of renewals.
    let sameCredential (one: Identity) (other: Identity) =
        match one.Credential, other.Credential with
        | Some one, Some other -> Secret.Same one other
        | _ -> false

    /// Tells whether two sign-ins are certainly of one person and account. In doubt they are not: what is taken for
    /// another identity is refused or kept aside, never overwritten.
    let same (one: Identity) (other: Identity) =
        let contradict (one: string option) (other: string option) =
            one.IsSome && other.IsSome && not (bothAre one other)

        let sameIds =
            bothAre one.AccountId other.AccountId
            && match one.UserId, other.UserId with
               | None, None -> bothAre one.Email other.Email
               | _ -> bothAre one.UserId other.UserId

        one.Kind = other.Kind
        && not (contradict one.AccountId other.AccountId)
        && not (contradict one.UserId other.UserId)
        && (sameIds || sameCredential one other)
