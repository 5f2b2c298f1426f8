namespace CodexRouter.StandIn

open System
open System.Buffers.Text
open System.Text

/// A request as the tests see it: no token, no body.
type SeenRequest =
    {
        Method: string
        Path: string
        /// Whose token came with it.
        Account: SampleAccount option
        /// Which refresh token came with it.
        Generation: int option
        /// The names of its headers, in lower case.
        Headers: string list
        /// The headers that bear no token, by their names in lower case.
        Values: Map<string, string>
        Status: int
        /// Why Codex renews, in its own words; 0.163 and older do not say.
        Reason: string option
        /// When it was carried out or refused.
        At: DateTimeOffset
        /// Its answer is not sent before this.
        AnsweredAfter: DateTimeOffset
    }

/// What a caller asked for.
type Request =
    {
        Method: string
        /// Without the query.
        Path: string
        /// The headers by their names in lower case.
        Headers: Map<string, string>
        Body: byte[]
    }

[<RequireQualifiedAccess>]
module Request =

    /// Gives the pairs of a form, `a=b&c=d`.
    let private pairs (text: string) =
        text.Split('&', StringSplitOptions.RemoveEmptyEntries)
        |> Seq.map (fun pair ->
            match pair.IndexOf '=' with
            | -1 -> Uri.UnescapeDataString pair, ""
            | at ->
                Uri.UnescapeDataString(pair.Substring(0, at)),
                Uri.UnescapeDataString(pair.Substring(at + 1).Replace('+', ' ')))
        |> Map.ofSeq

    /// Gives a value of the body, be it JSON or a form.
    let field key (request: Request) =
        match Json.text key request.Body with
        | Some value -> Some value
        | None -> pairs (Encoding.UTF8.GetString request.Body) |> Map.tryFind key

    /// Gives the token of the Authorization header.
    let bearer (request: Request) =
        match Map.tryFind "authorization" request.Headers with
        | Some value when value.StartsWith("Bearer ", StringComparison.Ordinal) -> Some(value.Substring 7)
        | _ -> None

    /// Gives the user, the account and the end (seconds since 1970) that an access token names.
    let accessToken (token: string) =
        let parts = token.Split '.'

        try
            if parts.Length = 3 then
                let payload = Base64Url.DecodeFromChars(parts[1].AsSpan())

                let account =
                    Json.part "https://api.openai.com/auth" payload
                    |> Option.bind (Json.text "chatgpt_account_id")

                match Json.text "sub" payload, Json.number "exp" payload with
                | Some user, Some ends -> Some(user, account, ends)
                | _ -> None
            else
                None
        with :? FormatException ->
            None

    /// Gives the user and the generation that a refresh token names.
    let refreshToken (token: string) =
        let start = "FAKE-REFRESH-"

        match token.LastIndexOf '-' with
        | last when token.StartsWith(start, StringComparison.Ordinal) && last > start.Length ->
            match Int32.TryParse(token.AsSpan(last + 1)) with
            | true, generation -> Some(token.Substring(start.Length, last - start.Length), generation)
            | _ -> None
        | _ -> None
