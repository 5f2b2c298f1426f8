/// Whether two sign-ins are the same person's, which of two is newer, and that their secrets show nothing.
module CodexRouter.Core.Tests.IdentityTests

open System
open System.Text
open System.Text.Json
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.SignInFiles

let private chains =
    Gen.map2 (fun account generation -> account, generation) (Gen.choose (1, 3)) (Gen.choose (1, 3))

let private signedIn (account, generation) =
    let time = DateTimeOffset(2030, 1, 1, generation, 0, 0, TimeSpan.Zero)
    ok (SampleAccount.signIn (SampleAccount.numbered account) generation time (time.AddHours 1.0))

/// An agent's identity with something in a field of it that nobody knows.
let private agent (unknown: string) =
    Encoding.UTF8.GetBytes(
        """{"auth_mode":"agentIdentity","agent_identity":{"agent_runtime_id":"FAKE","agent_private_key":"FAKE","account_id":"FAKE","unknown":"""
        + unknown
        + "}}"
    )

let tests =
    testList
        "sign-ins"
        [
            Law.over
                "credentials of several parts are the same if every byte of them is, however deep"
                (Gen.zip nested nested)
                (fun (one, other) ->
                    let identity value = (ok (agent value)).Identity

                    Identity.same (identity one) (identity one)
                    && Identity.same (identity one) (identity other) = (one = other))

            testPropertyWithConfig
                Law.config
                "a sign-in is its own identity, and being the same goes both ways"
                (Prop.forAll (Arb.fromGen (Gen.zip chains chains)) (fun (one, other) ->
                    let first, second = signedIn one, signedIn other

                    Identity.same first.Identity first.Identity
                    && Identity.same first.Identity second.Identity = Identity.same second.Identity first.Identity
                    && Identity.same first.Identity second.Identity = (fst one = fst other)))

            testPropertyWithConfig
                Law.config
                "of two renewals of one identity exactly one is the newer, unless they are one"
                (Prop.forAll (Arb.fromGen (Gen.zip chains chains)) (fun (one, other) ->
                    let first, second = signedIn one, signedIn other

                    if snd one = snd other then
                        not (SignIn.isNewer first second) && not (SignIn.isNewer second first)
                    else
                        SignIn.isNewer first second <> SignIn.isNewer second first))

            testCase "two people of one workspace are two identities"
            <| fun () ->
                let colleague =
                    { SampleAccount.bob with
                        UserId = "user-carol"
                        Email = "carol@work.example"
                    }

                let time = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)
                let one = ok (SampleAccount.signIn SampleAccount.bob 1 time time)
                let other = ok (SampleAccount.signIn colleague 1 time time)
                Expect.isFalse (Identity.same one.Identity other.Identity) "the user differs"

            testCase "one person in two workspaces is two identities"
            <| fun () ->
                let time = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

                let elsewhere =
                    { SampleAccount.bob with
                        AccountId = "acct-other"
                    }

                let one = ok (SampleAccount.signIn SampleAccount.bob 1 time time)
                let other = ok (SampleAccount.signIn elsewhere 1 time time)
                Expect.isFalse (Identity.same one.Identity other.Identity) "the account differs"

            testCase "two sign-ins that say nothing of their owners are not taken for one"
            <| fun () ->
                let one = ok (shape "id_token without claims")
                let other = ok (SampleAccount.apiKeySignIn AuthShape.ApiKey)
                Expect.isFalse (Identity.same one.Identity other.Identity) "nothing proves it"

            testCase "two API keys are two identities, and one is one"
            <| fun () ->
                let key text =
                    (ok (SampleAccount.apiKeySignIn text)).Identity

                Expect.isTrue (Identity.same (key "sk-FAKE-1") (key "sk-FAKE-1")) "the same key"
                Expect.isFalse (Identity.same (key "sk-FAKE-1") (key "sk-FAKE-2")) "another key"

            testCase "a secret shows nothing of itself"
            <| fun () ->
                let secret = Secret.Of "sk-FAKE-0123456789"
                Expect.equal (string secret) "..." "its text"
                Expect.isTrue (Secret.Same secret (Secret.Of "sk-FAKE-0123456789")) "the same"
                Expect.isFalse (Secret.Same secret (Secret.Of "sk-FAKE-012345678")) "shorter"
                Expect.isFalse (Secret.Same secret (Secret.Of "")) "empty"
                Expect.equal (JsonSerializer.Serialize secret) "{}" "serialised"

            testCase "renewal is due five minutes before the end, as Codex does it"
            <| fun () ->
                let now = DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)

                let ending (seconds: float) =
                    ok (SampleAccount.signIn SampleAccount.alice 1 now (now.AddSeconds seconds))

                Expect.isTrue (SignIn.isDueForRenewal now (ending 240.0)) "240 s left"
                Expect.isFalse (SignIn.isDueForRenewal now (ending 330.0)) "330 s left"
                Expect.isTrue (SignIn.isDueForRenewal now (ending -10.0)) "past"

            testCase "one credential under two users' ids, or two accounts', is not one identity"
            <| fun () ->
                let identity account =
                    let text =
                        SampleAccount.signIn
                            account
                            1
                            (DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
                            DateTimeOffset.MaxValue
                        |> Encoding.UTF8.GetString

                    match
                        text.Replace(SampleAccount.refreshToken account 1, "FAKE-REFRESH-of-both")
                        |> Encoding.UTF8.GetBytes
                        |> read
                    with
                    | Ok signIn -> signIn.Identity
                    | Error fault -> failwith (SignIn.explain fault)

                let alice = SampleAccount.alice
                let one = identity alice
                Expect.isTrue (Identity.sameCredential one (identity { alice with UserId = "user-2" })) "one credential"
                Expect.isTrue (Identity.same one (identity alice)) "the same"
                Expect.isFalse (Identity.same one (identity { alice with UserId = "user-2" })) "another user"
                Expect.isFalse (Identity.same one (identity { alice with AccountId = "acct-2" })) "another account"
        ]
