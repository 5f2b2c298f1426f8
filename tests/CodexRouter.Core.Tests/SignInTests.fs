/// What is read from an auth.json, held against what the real Codex was seen to make of the same files.
module CodexRouter.Core.Tests.SignInTests

open System
open System.Text
open System.Text.Json
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.SignInFiles

/// Codex loads these, and nobody is signed in with them, or no sane program would read them so.
let private stricter =
    set
        [
            "{}"
            "auth_mode chatgpt alone"
            "API key empty"
            "tokens null"
            "tokens at the root"
            "tokens that are empty texts"
            "under a key of its own"
            "an array of the fields' values"
        ]

/// Only a service can tell that these are false.
let private trusting = set [ "agent identity whose token nobody signed" ]

let private kindOf loaded =
    match loaded with
    | LoadedAs.ChatGpt -> SignInKind.ChatGpt
    | LoadedAs.ApiKey -> SignInKind.ApiKey
    | LoadedAs.PersonalAccessToken
    | LoadedAs.AgentIdentity -> SignInKind.Token
    | LoadedAs.BedrockApiKey
    | LoadedAs.BedrockAccessKeys -> SignInKind.Other

let private shapes =
    AuthShapes.all
    |> List.map (fun shape ->
        testCase ("is read as Codex reads it: " + shape.Name) (fun () ->
            match read (shape.Bytes()), shape.Newer with
            | Ok signIn, Verdict.Loads kind -> Expect.equal signIn.Kind (kindOf kind) "the kind that Codex names"
            | Ok _, _ when trusting.Contains shape.Name -> ()
            | Ok _, _ -> failtest "Codex refuses it"
            | Error _, (Verdict.Refuses | Verdict.NotSignedIn) -> ()
            | Error _, Verdict.Loads _ when stricter.Contains shape.Name -> ()
            | Error fault, Verdict.Loads _ -> failtest ("Codex loads it; here " + SignIn.explain fault)))

/// A file that somebody damaged: bytes of a real shape cut, repeated, changed.
let private damaged =
    gen {
        let! shape =
            Gen.elements (
                AuthShapes.all
                |> List.filter (fun shape -> shape.Name <> "10 MB in an unknown key")
            )

        let bytes = shape.Bytes()
        let! edits = Gen.choose (0, 6)
        let mutable bytes = bytes

        for _ in 1..edits do
            let! position = Gen.choose (0, Math.Max(0, bytes.Length - 1))
            let! value = Gen.choose (0, 255)
            let! kind = Gen.choose (0, 3)

            if bytes.Length > 0 then
                match kind with
                | 0 -> bytes[position] <- byte value
                | 1 -> bytes <- Array.removeAt position bytes
                | 2 -> bytes <- Array.insertAt position (byte value) bytes
                | _ -> bytes <- Array.truncate position bytes

        return bytes
    }

let private anyBytes =
    Gen.oneof
        [
            damaged
            Gen.choose (0, 255) |> Gen.map byte |> Gen.arrayOf
            Gen.elements (AuthShapes.all |> List.map (fun shape -> shape.Bytes()))
        ]

/// The sample refresh tokens name their account, which is no secret.
let private isPublic (piece: string) =
    String.Join(' ', AuthShape.account.UserId, AuthShape.account.Email, AuthShape.account.AccountId).Contains piece

/// The texts of eight characters that stand in a sign-in's secret fields.
let private secretPieces (bytes: byte[]) =
    [
        try
            use document = JsonDocument.Parse(ReadOnlyMemory bytes)

            let rec walk (element: JsonElement) =
                [
                    match element.ValueKind with
                    | JsonValueKind.Object ->
                        for property in element.EnumerateObject() do
                            yield! walk property.Value
                    | JsonValueKind.Array ->
                        for item in element.EnumerateArray() do
                            yield! walk item
                    | JsonValueKind.String ->
                        match element.GetString() with
                        | null -> ()
                        | text when text.Contains "FAKE" || text.StartsWith("eyJ", StringComparison.Ordinal) -> text
                        | _ -> ()
                    | _ -> ()
                ]

            for text in walk document.RootElement do
                for start in 0..8 .. text.Length - 8 do
                    text.Substring(start, 8)
        with
        | :? JsonException
        | :? InvalidOperationException -> ()
    ]

/// All that a reading gives, to compare: a text for what is there, or the fault.
let private told (result: Result<SignIn, SignInFault>) =
    result
    |> Result.map (fun signIn ->
        String.Join(
            '|',
            [
                string (box signIn.Kind)
                string (box signIn.Email)
                string (box signIn.UserId)
                string (box signIn.AccountId)
                string (box signIn.Plan)
                string (box signIn.LastRefresh)
                string (box signIn.Expires)
                string<bool> signIn.AccessToken.IsSome
                string<bool> signIn.IsFedRamp
            ]
        ))

/// Puts a value under a key that nobody knows at the beginning of the file, and of its tokens.
let private withUnknown (value: string) (text: string) =
    let unknown = "{\"unknown\":" + value + ","
    let inTokens = text.Replace("\"tokens\":{\"", "\"tokens\":" + unknown + "\"")
    unknown + inTokens.Substring 1

let private objects =
    AuthShapes.all
    |> List.map (fun shape -> Encoding.UTF8.GetString(shape.Bytes()))
    |> List.filter (fun text ->
        text.StartsWith("{\"", StringComparison.Ordinal)
        && text.Length < 100_000
        // The line of a broken one is another with more before it.
        && match read (Encoding.UTF8.GetBytes text) with
           | Error(SignInFault.NotJson _) -> false
           | _ -> true)

let tests =
    testList
        "sign-ins"
        [
            testList "shapes" shapes

            Law.over
                "what stands under a key that nobody knows changes nothing, however deep it goes"
                (Gen.zip nested (Gen.elements objects))
                (fun (value, text) ->
                    let plain = read (Encoding.UTF8.GetBytes text)
                    let more = read (Encoding.UTF8.GetBytes(withUnknown value text))
                    told more = told plain)

            testCase "a file of lists in lists is read in time that grows with its length alone"
            <| fun () ->
                // With the square of it, this would take hours.
                let depth = 4_000_000
                let deep = String('[', depth) + String(']', depth)
                let plain = shape "ChatGPT"
                let file = "{\"unknown\":" + deep + "," + Encoding.UTF8.GetString(plain).Substring 1
                Expect.equal (told (read (Encoding.UTF8.GetBytes file))) (told (read plain)) "as without"

            testCase "a fault after lists in lists is told with its line"
            <| fun () ->
                let deep = String('[', 1000) + "\n" + String(']', 1000)

                Expect.equal
                    (read (Encoding.UTF8.GetBytes("{\"unknown\":" + deep + "\n,!}"))
                     |> Result.map ignore)
                    (Error(SignInFault.NotJson 3L))
                    "line"

            testCase "a key that Codex knows is found twice on both sides of lists in lists"
            <| fun () ->
                let deep = String('[', 1000) + String(']', 1000)

                let file =
                    "{\"OPENAI_API_KEY\":\"sk-FAKE-1\",\"unknown\":"
                    + deep
                    + ",\"OPENAI_API_KEY\":\"sk-FAKE-2\"}"

                Expect.equal
                    (read (Encoding.UTF8.GetBytes file) |> Result.map ignore)
                    (Error(SignInFault.Unloadable "OPENAI_API_KEY"))
                    "twice"

            testPropertyWithConfig
                Law.config
                "reading never throws, whatever the bytes"
                (Prop.forAll (Arb.fromGen anyBytes) (fun bytes ->
                    match read bytes with
                    | Ok _ -> true
                    | Error fault -> (SignIn.explain fault).Length > 0))

            testPropertyWithConfig
                Law.config
                "what is said of a file never holds a piece of a token"
                (Prop.forAll (Arb.fromGen anyBytes) (fun bytes ->
                    let said =
                        match read bytes with
                        | Ok signIn ->
                            // Everything that can be shown of a sign-in: the rest has no way to text.
                            String.Join(
                                '\n',
                                [
                                    Option.defaultValue "" signIn.Email
                                    Option.defaultValue "" signIn.Plan
                                    Option.defaultValue "" signIn.UserId
                                    Option.defaultValue "" signIn.AccountId
                                    string (box signIn.Identity)
                                    string (box signIn)
                                ]
                            )
                        | Error fault -> SignIn.explain fault + string (box fault)

                    secretPieces bytes
                    |> List.forall (fun piece -> isPublic piece || not (said.Contains piece))))

            testCase "who it is, is read from the identity token"
            <| fun () ->
                let signIn = ok (shape "ChatGPT")
                Expect.equal signIn.Email (Some "alice@example.com") "e-mail"
                Expect.equal signIn.UserId (Some "user-alice") "user"
                Expect.equal signIn.AccountId (Some "acct-alice") "account"
                Expect.equal signIn.Plan (Some "plus") "plan"
                Expect.equal signIn.Expires (Some AuthShape.expires) "end of the access token"

            testCase "the account is the file's, where it differs from the token's"
            <| fun () ->
                let signIn = ok (shape "account_id another than the id_token's")
                Expect.equal signIn.AccountId (Some "acct-other") "as Codex names it to the service"

            testCase "faults are told apart"
            <| fun () ->
                Expect.equal (read [||] |> Result.map ignore) (Error SignInFault.Empty) "empty"
                Expect.equal (read "{}"B |> Result.map ignore) (Error SignInFault.NotSignedIn) "nobody"

                Expect.equal
                    (read (Encoding.UTF8.GetBytes "{\n\n!}") |> Result.map ignore)
                    (Error(SignInFault.NotJson 3L))
                    "line"

                Expect.equal
                    (read (Array.zeroCreate (SignIn.MaximumBytes + 1)) |> Result.map ignore)
                    (Error(SignInFault.TooLarge(int64 (SignIn.MaximumBytes + 1))))
                    "too large"

                Expect.equal
                    (read (shape "tokens at the root") |> Result.map ignore)
                    (Error SignInFault.Misplaced)
                    "another tool's"
        ]
