namespace CodexRouter.Core

open System
open System.Buffers.Text
open System.Globalization
open System.Text.Json
open FsToolkit.ErrorHandling

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

/// Who a sign-in belongs to. Two sign-ins of one identity are renewals or repetitions of each other.
[<NoEquality; NoComparison>]
type Identity =
    private
        {
            Kind: SignInKind
            UserId: string option
            AccountId: string option
            Email: string option
            Credential: Secret
        }

[<RequireQualifiedAccess>]
module Identity =

    let private bothAre (one: string option) (other: string option) =
        match one, other with
        | Some one, Some other -> String.Equals(one, other, StringComparison.Ordinal)
        | _ -> false

    /// Tells whether two sign-ins are certainly of one person and account. In doubt they are not: what is taken for
    /// another identity is refused or kept aside, never overwritten.
    let same (one: Identity) (other: Identity) =
        one.Kind = other.Kind
        && (Secret.Same one.Credential other.Credential
            || (one.Kind = SignInKind.ChatGpt
                && bothAre one.AccountId other.AccountId
                && match one.UserId, other.UserId with
                   | None, None -> bothAre one.Email other.Email
                   | _ -> bothAre one.UserId other.UserId))

/// What can be read from an auth.json without changing a byte of it.
[<NoEquality; NoComparison>]
type SignIn =
    {
        Kind: SignInKind
        Identity: Identity
        Email: string option
        UserId: string option
        AccountId: string option
        Plan: string option
        /// When Codex last renewed it. Without it Codex sends no Authorization header.
        LastRefresh: DateTimeOffset option
        /// When the access token ends.
        Expires: DateTimeOffset option
    }

/// Reads the payload of JSON Web Tokens (RFC 7519). Signatures are the provider's business.
[<RequireQualifiedAccess>]
module private Jwt =

    let payload (token: string) : JsonElement option =
        match token.Split '.' with
        | [| header; body; signature |] when header <> "" && body <> "" && signature <> "" ->
            // Codex decodes without padding, and refuses it (RFC 7515, section 2).
            if body.Contains '=' || not (Base64Url.IsValid(body.AsSpan())) then
                None
            else
                try
                    use document = JsonDocument.Parse(Base64Url.DecodeFromChars(body.AsSpan()))

                    match document.RootElement.ValueKind with
                    | JsonValueKind.Object -> Some(document.RootElement.Clone())
                    | _ -> None
                with :? JsonException ->
                    None
        | _ -> None

/// Reads an auth.json of any shape, old, new or broken.
[<RequireQualifiedAccess>]
module SignIn =

    /// The most bytes of an auth.json that are looked at. Codex's own are under 10 KB.
    [<Literal>]
    let MaximumBytes = 1_048_576

    /// How long before its end Codex renews an access token (seen in 0.169.0).
    let renewalMargin = TimeSpan.FromMinutes 5.0

    let private tooDeep = 128

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

    /// A string's text. JSON can spell half a surrogate pair, which is no text.
    let private tryText (value: JsonElement) =
        if value.ValueKind <> JsonValueKind.String then
            None
        else
            try
                value.GetString() |> Option.ofObj
            with :? InvalidOperationException ->
                None

    let private text parent name =
        field parent name
        |> Result.bind (function
            | None -> Ok None
            | Some value ->
                match tryText value with
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
                let style = DateTimeStyles.AssumeUniversal ||| DateTimeStyles.AdjustToUniversal

                match DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style) with
                | true, time -> Ok(Some time)
                | _ -> Error(SignInFault.Unloadable name))

    /// A claim that a token may leave out or spell wrongly without harm.
    let private claim (name: string) (payload: JsonElement) =
        match payload.TryGetProperty name with
        | true, value -> tryText value |> Option.filter (String.IsNullOrWhiteSpace >> not)
        | _ -> None

    let private nested (name: string) (payload: JsonElement) =
        match payload.TryGetProperty name with
        | true, value when value.ValueKind = JsonValueKind.Object -> Some value
        | _ -> None

    let private expiry (accessToken: string) =
        Jwt.payload accessToken
        |> Option.bind (fun payload ->
            match payload.TryGetProperty "exp" with
            | true, value when value.ValueKind = JsonValueKind.Number ->
                match value.TryGetInt64() with
                | true, seconds when seconds >= 0L && seconds <= 253_402_300_799L ->
                    Some(DateTimeOffset.FromUnixTimeSeconds seconds)
                | _ -> None
            | _ -> None)

    let private chatGpt root (tokens: JsonElement) =
        result {
            let! idToken = required tokens "id_token"
            let! accessToken = required tokens "access_token"
            let! refreshToken = required tokens "refresh_token"
            let! accountId = text tokens "account_id"
            let! lastRefresh = time root "last_refresh"

            let! payload =
                Jwt.payload idToken |> Result.requireSome (SignInFault.Unloadable "id_token")

            let auth = nested "https://api.openai.com/auth" payload
            let inAuth name = auth |> Option.bind (claim name)

            let email =
                claim "email" payload
                |> Option.orElse (nested "https://api.openai.com/profile" payload |> Option.bind (claim "email"))

            let userId = inAuth "chatgpt_user_id" |> Option.orElse (inAuth "user_id")

            // The account that Codex names to the service is the file's, which a renewal leaves as it is.
            let accountId =
                accountId
                |> Option.filter (String.IsNullOrWhiteSpace >> not)
                |> Option.orElse (inAuth "chatgpt_account_id")

            return
                {
                    Kind = SignInKind.ChatGpt
                    Identity =
                        {
                            Kind = SignInKind.ChatGpt
                            UserId = userId
                            AccountId = accountId
                            Email = email
                            Credential = Secret.Of refreshToken
                        }
                    Email = email
                    UserId = userId
                    AccountId = accountId
                    Plan = inAuth "chatgpt_plan_type"
                    LastRefresh = lastRefresh
                    Expires = expiry accessToken
                }
        }

    let private opaque kind (credential: string) =
        if String.IsNullOrWhiteSpace credential then
            Error SignInFault.NotSignedIn
        else
            Ok
                {
                    Kind = kind
                    Identity =
                        {
                            Kind = kind
                            UserId = None
                            AccountId = None
                            Email = None
                            Credential = Secret.Of credential
                        }
                    Email = None
                    UserId = None
                    AccountId = None
                    Plan = None
                    LastRefresh = None
                    Expires = None
                }

    let private whole kind (value: JsonElement option) =
        match value with
        | Some value -> opaque kind (value.GetRawText())
        | None -> Error SignInFault.NotSignedIn

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
                | "personalAccessToken" -> opaque SignInKind.Token (Option.defaultValue "" accessToken)
                | "agentIdentity" -> whole SignInKind.Token agent
                | "bedrockApiKey" -> whole SignInKind.Other bedrockKey
                | "bedrockAccessKeys" -> whole SignInKind.Other bedrockKeys
                | "headers" -> whole SignInKind.Other (Some root)
                | _ -> Error(SignInFault.Unloadable "auth_mode")
        }

    /// Gives the sign-in that Codex would see in these bytes, or why it would see none. Never throws.
    let read (bytes: ReadOnlyMemory<byte>) : Result<SignIn, SignInFault> =
        if bytes.Length = 0 then
            Error SignInFault.Empty
        elif bytes.Length > MaximumBytes then
            Error(SignInFault.TooLarge(int64 bytes.Length))
        else
            try
                use document = JsonDocument.Parse(bytes, JsonDocumentOptions(MaxDepth = tooDeep))

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
        | SignInFault.TooLarge _ -> "it is larger than any sign-in (1 MiB)"
        | SignInFault.NotJson line -> "it is not a JSON object (line " + string<int64> line + ")"
        | SignInFault.NotSignedIn -> "nobody is signed in there"
        | SignInFault.Unloadable field -> "Codex cannot load it because of its field '" + field + "'"
        | SignInFault.Misplaced -> "it holds tokens in another tool's form, which Codex does not read"
