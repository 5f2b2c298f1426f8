namespace CodexRouter.Core

open System
open System.Buffers
open System.Text.Json

/// The field of an auth.json that names the account.
[<RequireQualifiedAccess>]
module AccountField =

    let private account = "account_id"B

    /// Gives the bytes of a ChatGPT sign-in that names another account, all else as it was; nothing when the bytes are no
    /// such sign-in. For tokens that an older Codex stored under another account's number.
    let set (accountId: string) (bytes: ReadOnlyMemory<byte>) : byte[] option =
        match SignIn.read bytes with
        | Ok signIn when signIn.Kind = SignInKind.ChatGpt ->
            // What is deeper than any of Codex's own fields, Codex drops when it writes the file next.
            use document = ShallowJson.parse bytes

            let written = ArrayBufferWriter<byte>()

            use writer = new Utf8JsonWriter(written, JsonWriterOptions(Indented = true))

            writer.WriteStartObject()

            for property in document.RootElement.EnumerateObject() do
                if property.NameEquals "tokens" then
                    writer.WriteStartObject "tokens"

                    for token in property.Value.EnumerateObject() do
                        if not (token.NameEquals(ReadOnlySpan account)) then
                            token.WriteTo writer

                    writer.WriteString(ReadOnlySpan account, accountId)
                    writer.WriteEndObject()
                else
                    property.WriteTo writer

            writer.WriteEndObject()
            writer.Flush()
            Some(written.WrittenSpan.ToArray())
        | _ -> None
