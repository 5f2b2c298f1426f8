namespace CodexRouter.StandIn

open System
open System.Buffers.Text
open System.Text
open System.Text.Json

/// A made-up account, for the demo and the tests. No service knows it, and every token made for it says that it is fake.
type SampleAccount =
    {
        Email: string
        UserId: string
        AccountId: string
        Plan: string
    }

[<RequireQualifiedAccess>]
module SampleAccount =

    /// A private account.
    let alice =
        {
            Email = "alice@example.com"
            UserId = "user-alice"
            AccountId = "acct-alice"
            Plan = "plus"
        }

    /// An employer's account.
    let bob =
        {
            Email = "bob@work.example"
            UserId = "user-bob"
            AccountId = "acct-work"
            Plan = "business"
        }

    /// Gives a further account, different for each number.
    let numbered (number: int) =
        let suffix = string<int> number

        {
            Email = "person" + suffix + "@example.com"
            UserId = "user-" + suffix
            AccountId = "acct-" + suffix
            Plan = "plus"
        }

    /// Gives an unsigned JSON Web Token (RFC 7519) whose signature part says that it is fake.
    let private jwt (claims: Utf8JsonWriter -> unit) =
        let encode (bytes: byte[]) =
            Base64Url.EncodeToString(ReadOnlySpan bytes)

        String.Join(
            '.',
            encode (Encoding.UTF8.GetBytes """{"alg":"none","typ":"JWT"}"""),
            encode (Json.object claims),
            encode (Encoding.UTF8.GetBytes "FAKE-SIGNATURE")
        )

    /// Gives the identity token of an account.
    let idToken account =
        jwt (fun writer ->
            writer.WriteString("email", account.Email)
            writer.WriteStartObject "https://api.openai.com/auth"
            writer.WriteString("chatgpt_plan_type", account.Plan)
            writer.WriteString("chatgpt_user_id", account.UserId)
            writer.WriteString("chatgpt_account_id", account.AccountId)
            writer.WriteEndObject())

    /// Gives an access token that ends at a time; the generation makes each one different.
    let accessToken account (generation: int) (expires: DateTimeOffset) =
        jwt (fun writer ->
            writer.WriteString("sub", account.UserId)
            writer.WriteString("jti", "FAKE-ACCESS-" + string<int> generation)
            writer.WriteStartObject "https://api.openai.com/auth"
            writer.WriteString("chatgpt_account_id", account.AccountId)
            writer.WriteString("chatgpt_user_id", account.UserId)
            writer.WriteEndObject()
            writer.WriteNumber("exp", expires.ToUnixTimeSeconds()))

    /// Gives the refresh token of a generation: a refresh answers with the next generation's.
    let refreshToken account (generation: int) =
        "FAKE-REFRESH-" + account.UserId + "-" + string<int> generation

    /// Gives the personal access token of an account.
    let personalAccessToken account = "at-FAKE-" + account.UserId

    /// Gives the API key of an account.
    let apiKey account = "sk-FAKE-0123456789-" + account.UserId

    /// Gives the text of a time as Codex writes it: RFC 3339, UTC, nanoseconds.
    let timestamp (time: DateTimeOffset) =
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", Globalization.CultureInfo.InvariantCulture)
        + "00Z"

    /// Gives an auth.json as Codex writes it after a ChatGPT sign-in.
    let signIn account (generation: int) (lastRefresh: DateTimeOffset) (expires: DateTimeOffset) =
        Json.object (fun writer ->
            writer.WriteString("auth_mode", "chatgpt")
            writer.WriteNull "OPENAI_API_KEY"
            writer.WriteStartObject "tokens"
            writer.WriteString("id_token", idToken account)
            writer.WriteString("access_token", accessToken account generation expires)
            writer.WriteString("refresh_token", refreshToken account generation)
            writer.WriteString("account_id", account.AccountId)
            writer.WriteEndObject()
            writer.WriteString("last_refresh", timestamp lastRefresh))

    /// Gives an auth.json as Codex writes it after a sign-in with an API key.
    let apiKeySignIn (key: string) =
        Json.object (fun writer ->
            writer.WriteString("auth_mode", "apikey")
            writer.WriteString("OPENAI_API_KEY", key))
