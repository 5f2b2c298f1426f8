namespace CodexRouter.Testing

open System
open System.Buffers.Text
open System.Text
open CodexRouter.StandIn

/// How Codex signs in with what it loaded.
[<RequireQualifiedAccess>]
type LoadedAs =
    | ChatGpt
    | ApiKey
    | PersonalAccessToken
    | AgentIdentity
    | BedrockApiKey
    | BedrockAccessKeys

/// What `codex login status` makes of an auth.json.
[<RequireQualifiedAccess>]
type Verdict =
    /// Exit code 0 and a line that names the kind. No proof that the sign-in is any good: Codex asked nobody.
    | Loads of kind: LoadedAs
    /// Exit code 1 and an error: the file cannot be read as a sign-in.
    | Refuses
    /// Exit code 1 and "Not logged in".
    | NotSignedIn

/// One auth.json as somebody may have it, with what the real Codex makes of it.
type AuthShape =
    {
        /// Says what is special about it, and is different for each.
        Name: string
        /// Makes the file's bytes.
        Bytes: unit -> byte[]
        /// The verdict of Codex 0.160 and 0.163.
        Older: Verdict
        /// The verdict of Codex 0.166 and 0.169.
        Newer: Verdict
    }

/// How a shape of auth.json is put together.
module AuthShape =

    /// The account of every shape that has one.
    let account = SampleAccount.alice

    /// A key that no service knows.
    [<Literal>]
    let ApiKey = "sk-FAKE-0123456789abcdef"

    /// When the access tokens end: far off, so that no Codex refreshes them.
    let expires = DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)

    /// Gives a part of a token.
    let encode (text: string) =
        Base64Url.EncodeToString(ReadOnlySpan(Encoding.UTF8.GetBytes text))

    /// Gives an unsigned token with this payload.
    let jwt (payload: string) =
        "eyJhbGciOiJub25lIn0." + encode payload + "." + encode "FAKE-SIGNATURE"

    let utf8 (text: string) = Encoding.UTF8.GetBytes text

    /// Puts the sample account's values in the place of `@…` words.
    let fill (text: string) =
        text
            .Replace(
                "@TOKENS",
                "\"id_token\":\"@ID\",\"access_token\":\"@ACCESS\",\"refresh_token\":\"@REFRESH\",\"account_id\":\"@ACCOUNT\""
            )
            .Replace("@THREE", "\"id_token\":\"@ID\",\"access_token\":\"@ACCESS\",\"refresh_token\":\"@REFRESH\"")
            .Replace("@REST", "\"access_token\":\"@ACCESS\",\"refresh_token\":\"@REFRESH\",\"account_id\":\"@ACCOUNT\"")
            .Replace("@ID", SampleAccount.idToken account)
            .Replace("@ACCESS", SampleAccount.accessToken account 1 expires)
            .Replace("@REFRESH", SampleAccount.refreshToken account 1)
            .Replace("@ACCOUNT", account.AccountId)
            .Replace("@KEY", ApiKey)
            .Replace("@TIME", "2026-01-02T03:04:05.678901234Z")

    let chatGpt = Verdict.Loads LoadedAs.ChatGpt
    let apiKey = Verdict.Loads LoadedAs.ApiKey

    /// A shape of any bytes, of which all releases think the same.
    let made verdict name bytes =
        {
            Name = name
            Bytes = bytes
            Older = verdict
            Newer = verdict
        }

    /// A shape of this text, with `@…` words.
    let written verdict name (text: string) =
        made verdict name (fun () -> utf8 (fill text))

    /// A sign-in by ChatGPT whose identity token is this.
    let withIdToken verdict name (token: string) =
        written
            verdict
            name
            ("""{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{"id_token":"""
             + token
             + ""","access_token":"@ACCESS","refresh_token":"@REFRESH","account_id":"@ACCOUNT"},"last_refresh":"@TIME"}""")

    /// A sign-in by ChatGPT whose identity token has this payload.
    let withClaims verdict name (payload: string) =
        withIdToken verdict name ("\"" + jwt payload + "\"")

    /// The auth.json that most people have.
    let usual =
        """{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
