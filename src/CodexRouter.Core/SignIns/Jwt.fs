namespace CodexRouter.Core

open System
open System.Buffers.Text
open System.Text.Json

/// Reads the payload of JSON Web Tokens (RFC 7519). Signatures are the provider's business.
[<RequireQualifiedAccess>]
module Jwt =

    /// Gives the claims of a token, if it has the form of one.
    let payload (token: string) : JsonElement option =
        match token.Split '.' |> List.ofArray with
        | header :: body :: signature :: _ when header <> "" && body <> "" && signature <> "" ->
            // Codex decodes without padding, and refuses it (RFC 7515, section 2).
            if body.Contains '=' || not (Base64Url.IsValid(body.AsSpan())) then
                None
            else
                try
                    use document = JsonDocument.Parse(Base64Url.DecodeFromChars(body.AsSpan()))

                    match document.RootElement.ValueKind with
                    | JsonValueKind.Object
                    | JsonValueKind.Array -> Some(document.RootElement.Clone())
                    | _ -> None
                with :? JsonException ->
                    None
        | _ -> None
