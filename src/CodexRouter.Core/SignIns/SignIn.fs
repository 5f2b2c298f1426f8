namespace CodexRouter.Core

open System
open System.Text.Json
open System.Text.Unicode
open FsToolkit.ErrorHandling

/// What can be read from an auth.json without changing a byte of it.
[<NoEquality; NoComparison>]
type SignIn =
    {
        Kind: SignInKind
        Identity: Identity
        Email: string option
        UserId: string option
        AccountId: string option
        /// The account that the identity token is of: the one that Codex holds a forced workspace against, whatever AccountId
        /// is. Codex 0.163 and older can write one account's tokens over another's file: then the two differ.
        TokenAccountId: string option
        /// The account that the access token is of, where it says so. Codex 0.166 and later can move a sign-in to another
        /// workspace of its person: AccountId and the access token are of the new one then, and the identity token stays.
        AccessAccountId: string option
        Plan: string option
        /// When Codex last renewed it. Without it Codex sends no Authorization header.
        LastRefresh: DateTimeOffset option
        /// When the access token ends.
        Expires: DateTimeOffset option
        /// What the provider's services are shown; only a ChatGPT account has one.
        AccessToken: Secret option
        /// The account is kept apart for the government: its services want to be told.
        IsFedRamp: bool
    }

/// Reads an auth.json of any shape, old, new or broken.
[<RequireQualifiedAccess>]
module SignIn =

    /// The most bytes of an auth.json that are looked at. Codex's own are under 10 KB, but it loads larger ones.
    [<Literal>]
    let MaximumBytes = 16_777_216

    /// How long before its end Codex renews an access token (seen in 0.169.0).
    let renewalMargin = TimeSpan.FromMinutes 5.0

    /// A field of an object: Codex refuses a file in which one that it knows stands twice.
    let private field (parent: JsonElement) (name: string) =
        let found =
            parent.EnumerateObject()
            |> Seq.filter (fun property -> property.NameEquals name)
            |> Seq.map _.Value
            |> Seq.toList

        match found with
        | [] -> Ok None
        | [ value ] when value.ValueKind = JsonValueKind.Null -> Ok None
        | [ value ] -> Ok(Some value)
        | _ -> Error(SignInFault.Unloadable name)

    let private text parent name =
        field parent name
        |> Result.bind (function
            | None -> Ok None
            | Some value ->
                match JsonValue.text value with
                | Some text -> Ok(Some text)
                | None -> Error(SignInFault.Unloadable name))

    let private required parent name =
        text parent name
        |> Result.bind (Result.requireSome (SignInFault.Unloadable name))

    let private object parent name =
        field parent name
        |> Result.bind (function
            | Some value when value.ValueKind <> JsonValueKind.Object -> Error(SignInFault.Unloadable name)
            | value -> Ok value)

    let private time parent name =
        text parent name
        |> Result.bind (function
            | None -> Ok None
            | Some text ->
                Rfc3339.parse text
                |> Result.requireSome (SignInFault.Unloadable name)
                |> Result.map Some)

    /// What an identity token says of its owner.
    [<NoEquality; NoComparison>]
    type private Claims =
        {
            Email: string option
            UserId: string option
            AccountId: string option
            Plan: string option
            IsFedRamp: bool
        }

    let private isSaid text =
        Option.filter (String.IsNullOrWhiteSpace >> not) text

    let private claimsOf (payload: JsonElement) =
        result {
            if payload.ValueKind <> JsonValueKind.Object then
                return
                    {
                        Email = None
                        UserId = None
                        AccountId = None
                        Plan = None
                        IsFedRamp = false
                    }
            else
                let! email = text payload "email"
                let! profile = object payload "https://api.openai.com/profile"
                let! auth = object payload "https://api.openai.com/auth"

                let inside (parent: JsonElement option) name =
                    match parent with
                    | Some parent -> text parent name
                    | None -> Ok None

                let! profileEmail = inside profile "email"
                let! userId = inside auth "chatgpt_user_id"
                let! olderUserId = inside auth "user_id"
                let! accountId = inside auth "chatgpt_account_id"
                let! plan = inside auth "chatgpt_plan_type"

                return
                    {
                        Email = isSaid email |> Option.orElse (isSaid profileEmail)
                        UserId = isSaid userId |> Option.orElse (isSaid olderUserId)
                        AccountId = isSaid accountId
                        Plan = plan |> Option.bind ServiceWord.ofText
                        IsFedRamp =
                            auth
                            |> Option.bind (JsonValue.field "chatgpt_account_is_fedramp")
                            |> Option.bind JsonValue.truth
                            |> Option.defaultValue false
                    }
        }
        // Whatever is wrong in a token, the token is the field that Codex refuses the file for.
        |> Result.mapError (fun _ -> SignInFault.Unloadable "id_token")

    /// The last second that a DateTimeOffset can hold.
    let private lastSecond = 253_402_300_799L

    let private expiry (accessToken: string) =
        Jwt.payload accessToken
        |> Option.filter (fun payload -> payload.ValueKind = JsonValueKind.Object)
        |> Option.bind (fun payload ->
            match payload.TryGetProperty "exp" with
            | true, value when value.ValueKind = JsonValueKind.Number ->
                match value.TryGetInt64() with
                | true, seconds when seconds >= 0L && seconds <= lastSecond ->
                    Some(DateTimeOffset.FromUnixTimeSeconds seconds)
                | _ -> None
            | _ -> None)

    /// An access token may be any text, and say nothing.
    let private accountOf (accessToken: string) =
        Jwt.payload accessToken
        |> Option.bind (claimsOf >> Result.toOption)
        |> Option.bind _.AccountId

    let private chatGpt root (tokens: JsonElement) =
        result {
            let! idToken = required tokens "id_token"
            let! accessToken = required tokens "access_token"
            let! refreshToken = required tokens "refresh_token"
            let! accountId = text tokens "account_id"
            let! _ = object tokens "oauth_provenance"
            let! _ = text tokens "login_owner_id"
            let! lastRefresh = time root "last_refresh"

            let! payload =
                Jwt.payload idToken |> Result.requireSome (SignInFault.Unloadable "id_token")

            let! claims = claimsOf payload

            if String.IsNullOrWhiteSpace accessToken then
                return! Error SignInFault.NotSignedIn

            // The account that Codex names to the service is the file's, which a renewal leaves as it is.
            let accountId = isSaid accountId |> Option.orElse claims.AccountId

            return
                {
                    Kind = SignInKind.ChatGpt
                    Identity =
                        isSaid (Some refreshToken)
                        |> Option.map Secret.Of
                        |> Identity.ofAccount claims.UserId accountId claims.Email
                    Email = claims.Email
                    UserId = claims.UserId
                    AccountId = accountId
                    TokenAccountId = claims.AccountId
                    AccessAccountId = accountOf accessToken
                    Plan = claims.Plan
                    LastRefresh = lastRefresh
                    Expires = expiry accessToken
                    AccessToken = Some(Secret.Of accessToken)
                    IsFedRamp = claims.IsFedRamp
                }
        }

    let private opaque kind (credential: string) =
        if String.IsNullOrWhiteSpace credential then
            Error SignInFault.NotSignedIn
        else
            Ok
                {
                    Kind = kind
                    Identity = Identity.ofKey kind (Secret.Of credential)
                    Email = None
                    UserId = None
                    AccountId = None
                    TokenAccountId = None
                    AccessAccountId = None
                    Plan = None
                    LastRefresh = None
                    Expires = None
                    AccessToken = None
                    IsFedRamp = false
                }

    let private personal (token: string option) =
        match token with
        | Some token when not (token.StartsWith("at-", StringComparison.Ordinal)) ->
            Error(SignInFault.Unloadable "personal_access_token")
        | token -> opaque SignInKind.Token (Option.defaultValue "" token)

    /// Credentials of several parts: the whole value stands for whom they belong to.
    let private whole kind (parts: string list) (value: JsonElement option) =
        result {
            let! value = value |> Result.requireSome SignInFault.NotSignedIn

            if value.ValueKind = JsonValueKind.Object then
                for part in parts do
                    let! _ = required value part
                    ()

            return! opaque kind (value.GetRawText())
        }

    /// Other tools write the tokens at the top, or in camelCase: Codex ignores both.
    let private isMisplaced (root: JsonElement) =
        root.EnumerateObject()
        |> Seq.exists (fun property ->
            property.NameEquals "access_token"
            || property.NameEquals "refresh_token"
            || property.NameEquals "accessToken"
            || property.NameEquals "refreshToken"
            || property.NameEquals "idToken"
            || property.NameEquals "openaiApiKey")

    let private ofObject (root: JsonElement) =
        result {
            let! mode = text root "auth_mode"
            let! apiKey = text root "OPENAI_API_KEY"
            let! tokens = object root "tokens"
            let! accessToken = text root "personal_access_token"
            let! agent = field root "agent_identity"
            let! bedrockKey = object root "bedrock_api_key"
            let! bedrockKeys = object root "bedrock_access_keys"
            let! _ = time root "last_refresh"

            // The order in which Codex settles a file that names no mode (AuthDotJson::resolved_mode).
            let mode =
                match mode with
                | Some mode -> mode
                | None when accessToken.IsSome -> "personalAccessToken"
                | None when bedrockKey.IsSome -> "bedrockApiKey"
                | None when apiKey.IsSome -> "apikey"
                | None -> "chatgpt"

            // Whatever the mode, Codex reads the tokens that are there and refuses the file over a broken one.
            let! fromTokens =
                match tokens with
                | Some tokens -> chatGpt root tokens |> Result.map Some
                | None -> Ok None

            return!
                match mode with
                | "chatgpt"
                | "chatgptAuthTokens" ->
                    match fromTokens with
                    | Some signIn -> Ok signIn
                    | None when isMisplaced root -> Error SignInFault.Misplaced
                    | None -> Error SignInFault.NotSignedIn
                | "apikey" -> opaque SignInKind.ApiKey (Option.defaultValue "" apiKey)
                | "personalAccessToken" -> personal accessToken
                | "agentIdentity" ->
                    whole SignInKind.Token [ "agent_runtime_id"; "agent_private_key"; "account_id" ] agent
                | "bedrockApiKey" -> whole SignInKind.Other [ "api_key"; "region" ] bedrockKey
                | "bedrockAccessKeys" -> whole SignInKind.Other [ "access_key_id"; "secret_access_key" ] bedrockKeys
                | _ -> Error(SignInFault.Unloadable "auth_mode")
        }

    /// Gives the sign-in that Codex would see in these bytes, or why it would see none. Never throws.
    let read (bytes: ReadOnlyMemory<byte>) : Result<SignIn, SignInFault> =
        if bytes.Length = 0 then
            Error SignInFault.Empty
        elif bytes.Length > MaximumBytes then
            Error(SignInFault.TooLarge(int64 bytes.Length))
        // Codex refuses a file that is not UTF-8; the parser below would pass over it in keys that nobody reads.
        elif not (Utf8.IsValid bytes.Span) then
            Error(SignInFault.NotJson 1L)
        else
            try
                use document = ShallowJson.parse bytes

                match document.RootElement.ValueKind with
                | JsonValueKind.Object -> ofObject document.RootElement
                | _ -> Error(SignInFault.NotJson 1L)
            with :? JsonException as broken ->
                Error(SignInFault.NotJson(1L + broken.LineNumber.GetValueOrDefault 0L))

    /// Tells whether one sign-in is certainly a later renewal than another of the same identity.
    let isNewer (one: SignIn) (other: SignIn) =
        compare (one.LastRefresh, one.Expires) (other.LastRefresh, other.Expires) > 0

    /// Tells whether Codex would renew the sign-in now, if it is running.
    let isDueForRenewal (now: DateTimeOffset) (signIn: SignIn) =
        match signIn.Expires with
        | Some expires -> expires <= now + renewalMargin
        | None -> false

    /// Says in words why a file holds no usable sign-in.
    let explain fault =
        match fault with
        | SignInFault.Empty -> "it is empty"
        | SignInFault.TooLarge _ -> "it is larger than any sign-in (16 MiB)"
        | SignInFault.NotJson line -> "it is not a JSON object (line " + string<int64> line + ")"
        | SignInFault.NotSignedIn -> "there is no sign-in in it"
        | SignInFault.Unloadable field -> "Codex cannot load it because of its field '" + field + "'"
        | SignInFault.Misplaced -> "it holds tokens in another tool's form, which Codex does not read"
        | SignInFault.Unreadable reason -> reason
