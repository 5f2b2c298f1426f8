namespace CodexRouter.Core

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
    val all: SignInKind list

    /// Gives the word for files and programs.
    val word: kind: SignInKind -> string

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
[<Sealed; NoEquality; NoComparison>]
type Identity

[<RequireQualifiedAccess>]
module Identity =

    /// Gives the identity of an account's tokens, by what they say of it and by what renews them, where the file has that.
    val ofAccount:
        userId: string option -> accountId: string option -> email: string option -> renewsBy: Secret option -> Identity

    /// Gives the identity of a key, or of what is used like one.
    val ofKey: kind: SignInKind -> key: Secret -> Identity

    /// Tells whether two sign-ins have the same key, or are at the same point of one chain of renewals.
    val sameCredential: one: Identity -> other: Identity -> bool

    /// Tells whether two sign-ins are certainly of one person and account. In doubt they are not: what is taken for
    /// another identity is refused or kept aside, never overwritten.
    val same: one: Identity -> other: Identity -> bool
