module CodexRouter.Interop.Tests.AuthShapeTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

/// Reads the verdict from what `codex login status` answers.
let private verdict (outcome: Outcome) =
    let says (text: string) =
        outcome.Err.Contains(text, StringComparison.Ordinal)

    match outcome.Exit with
    | 0 when says "ChatGPT" -> Verdict.Loads LoadedAs.ChatGpt
    | 0 when says "personal access token" -> Verdict.Loads LoadedAs.PersonalAccessToken
    | 0 when says "access token" -> Verdict.Loads LoadedAs.AgentIdentity
    | 0 when says "Bedrock API key" -> Verdict.Loads LoadedAs.BedrockApiKey
    | 0 when says "AWS access keys" -> Verdict.Loads LoadedAs.BedrockAccessKeys
    | 0 when says "API key" -> Verdict.Loads LoadedAs.ApiKey
    | 1 when says "Not logged in" -> Verdict.NotSignedIn
    | 1 when says "Error checking login status" -> Verdict.Refuses
    | _ -> failwith ("neither yes nor no: exit code " + string<int> outcome.Exit + ", " + outcome.Err)

let private expected codex shape =
    if Codex.isOlder codex then shape.Older else shape.Newer

let private status codex shape =
    use service = StandIn.Start [ AuthShape.account ]
    use home = new TestHome()
    Directory.CreateDirectory home.Root |> ignore
    File.WriteAllBytes(home.File ".codex/auth.json", shape.Bytes())
    verdict (Codex.run home codex home.Root [ "login"; "status" ] service.Environment)

let tests =
    testList
        "What the real Codex makes of each auth.json"
        [
            for shape in AuthShapes.all do
                yield!
                    Codex.each shape.Name (fun codex ->
                        Expect.equal (status codex shape) (expected codex shape) "the verdict of the real Codex")

            yield!
                Codex.each "no auth.json at all" (fun codex ->
                    use home = new TestHome()
                    Directory.CreateDirectory home.Root |> ignore
                    let outcome = Codex.run home codex home.Root [ "login"; "status" ] []
                    Expect.equal (verdict outcome) Verdict.NotSignedIn "the verdict of the real Codex")

            testCase "every shape has a name of its own" (fun () ->
                let names = AuthShapes.all |> List.map _.Name
                Expect.equal (List.distinct names) names "names")
        ]
