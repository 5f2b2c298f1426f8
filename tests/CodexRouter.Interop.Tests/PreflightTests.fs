/// What the real Codex does with a sign-in that its settings forbid, and that the router sees it first.
module CodexRouter.Interop.Tests.PreflightTests

open System
open System.IO
open Expecto
open CodexRouter.StandIn
open CodexRouter.Testing

let private forbidden codex =
    use service = StandIn.Start [ SampleAccount.alice ]
    use test = new TestHome()
    let config = test.File ".codex/config.toml"

    let settings =
        "forced_chatgpt_workspace_id = \"acct-other\"\n" + Codex.configuration service

    Router.write config (Text.Encoding.UTF8.GetBytes settings)
    let signIn = service.SignIn(SampleAccount.alice, DateTimeOffset.UtcNow.AddDays 5.0)
    Router.save test codex service "personal" signIn
    let file = RouterHome.signIn test "personal"
    let command = [ codex.Program; "exec"; "--skip-git-repo-check"; "hello" ]
    let outcome = Router.run test codex service ([ "exec"; "personal"; "--" ] @ command)
    Expect.equal outcome.Exit 1 ("refused: " + outcome.Err)
    Expect.stringContains outcome.Err config "the file is named"
    Expect.equal (File.ReadAllBytes file) signIn "the sign-in is as it was"

    let codexSays =
        Codex.run test codex (RouterHome.home test "personal") (List.tail command) service.Environment

    Expect.stringContains codexSays.Err "Logging out" "Codex says so"
    Expect.isFalse (File.Exists file) "and deletes it"

let tests =
    testList "a forbidden sign-in" (Codex.all "is deleted by Codex, and refused by the router before" forbidden)
