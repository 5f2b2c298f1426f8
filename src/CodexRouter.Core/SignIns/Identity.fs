namespace CodexRouter.Core

open System

[<RequireQualifiedAccess>]
type SignInKind =
    | ChatGpt
    | ApiKey
    | Token
    | Other

[<RequireQualifiedAccess>]
module SignInKind =

    let all =
        [ SignInKind.ChatGpt; SignInKind.ApiKey; SignInKind.Token; SignInKind.Other ]

    let word kind =
        match kind with
        | SignInKind.ChatGpt -> "chatgpt"
        | SignInKind.ApiKey -> "apikey"
        | SignInKind.Token -> "token"
        | SignInKind.Other -> "other"

[<RequireQualifiedAccess>]
type SignInFault =
    | Empty
    | TooLarge of bytes: int64
    | NotJson of line: int64
    | NotSignedIn
    | Unloadable of field: string
    | Misplaced
    | Unreadable of reason: string

[<NoEquality; NoComparison>]
type Identity =
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

    let ofAccount userId accountId email renewsBy =
        {
            Kind = SignInKind.ChatGpt
            UserId = userId
            AccountId = accountId
            Email = email
            Credential = renewsBy
        }

    let ofKey kind key =
        {
            Kind = kind
            UserId = None
            AccountId = None
            Email = None
            Credential = Some key
        }

    let bothAre (one: string option) (other: string option) =
        match one, other with
        | Some one, Some other -> String.Equals(one, other, StringComparison.Ordinal)
        | _ -> false

    let sameCredential (one: Identity) (other: Identity) =
        match one.Credential, other.Credential with
        | Some one, Some other -> Secret.Same one other
        | _ -> false

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
