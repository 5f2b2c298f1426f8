/// Whose session a log is, by its first line.
module CodexRouter.Core.Tests.SessionOwnerTests

open System
open System.Text
open Expecto
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open CodexRouter.Core.Tests.UsageFacts

let private signIn userId accountId : SignIn =
    let account = AuthShape.account

    let bytes = SampleAccount.signIn account 1 fetchedAt (fetchedAt.AddHours 1.0)

    match SignIn.read (ReadOnlyMemory bytes) with
    | Ok signIn ->
        { signIn with
            UserId = userId
            AccountId = accountId
        }
    | Error fault -> failwith (SignIn.explain fault)

let private owner (line: string) =
    Rollout.owner (ReadOnlyMemory(Encoding.UTF8.GetBytes line))

let private firstLine creator =
    "{\"timestamp\":\"2026-11-23T02:07:00.000Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"1\""
    + creator
    + "}}"

let private owners =
    testList
        "owners of sessions"
        [
            testCase "the first line names the session's creator"
            <| fun () ->
                Expect.equal
                    (owner (firstLine ",\"creator_user_id\":\"user-1\",\"creator_account_id\":\"acct-1\""))
                    (Some
                        {
                            UserId = Some "user-1"
                            AccountId = Some "acct-1"
                        })
                    "both"

                Expect.equal
                    (owner (firstLine ",\"creator_user_id\":7,\"creator_account_id\":\"acct-1\""))
                    (Some
                        {
                            UserId = None
                            AccountId = Some "acct-1"
                        })
                    "one is broken"

            testCase "nobody is named by an older release, by null, by another line or by half a line"
            <| fun () ->
                let whole = firstLine ",\"creator_user_id\":\"user-1\""

                for line in
                    [
                        firstLine ""
                        firstLine ",\"creator_user_id\":null,\"creator_account_id\":\"\""
                        whole.Replace("\"type\":\"session_meta\"", "\"type\":\"event_msg\",\"x\":\"session_meta\"")
                        whole.Substring(0, whole.Length - 1)
                        ""
                        "{}"
                        "\"session_meta\""
                    ] do
                    Expect.isNone (owner line) line

            for user, account, named, isOf, isOfAnother in
                [
                    Some "u", Some "a", Some(Some "u", Some "a"), true, false
                    Some "u", Some "a", Some(Some "v", Some "a"), false, true
                    Some "u", Some "a", Some(Some "u", Some "b"), false, true
                    Some "u", Some "a", Some(Some "U", Some "a"), false, true
                    Some "u", Some "a", Some(Some "u", None), true, false
                    Some "u", Some "a", Some(None, Some "a"), true, false
                    None, Some "a", Some(Some "u", Some "a"), true, false
                    None, Some "a", Some(Some "u", None), false, false
                    None, None, Some(Some "u", Some "a"), false, false
                    Some "u", Some "a", None, false, false
                ] do
                let said (text: string option) = Option.defaultValue "-" text

                let named =
                    named
                    |> Option.map (fun (user, account) -> { UserId = user; AccountId = account })

                let title =
                    match named with
                    | None -> "nobody"
                    | Some owner -> said owner.UserId + " of " + said owner.AccountId

                testCase (
                    "a session of "
                    + title
                    + " and the sign-in of "
                    + said user
                    + " of "
                    + said account
                )
                <| fun () ->
                    Expect.equal (Rollout.isOf (signIn user account) named) isOf "certainly of it"
                    Expect.equal (Rollout.isOfAnother (signIn user account) named) isOfAnother "certainly of another"
        ]

let tests = testList "usage reports" [ owners ]
