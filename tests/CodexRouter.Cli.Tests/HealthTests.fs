/// The health of a sign-in, from evidence: one word for it everywhere, and advice that helps.
module CodexRouter.Cli.Tests.HealthTests

open System.IO
open System.Text
open System.Text.Json
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private both = [ "alice", alice; "bob", bob ]

let private ended =
    "{\"id\":2,\"error\":{\"message\":\"Your refresh token was revoked. Please log out and sign in again.\"}}"

let private stateIn (profile: JsonElement) =
    profile.GetProperty("state").GetString() |> string

let private listed (person: Person) environment name =
    use document =
        JsonDocument.Parse (person.Run([ "list"; "--json" ], environment = environment)).Out

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.find (fun profile -> profile.GetProperty("name").GetString() = name)
    |> stateIn

/// What every answer says of alice, who is in force here: the word for programs, then words for people.
let private isEverywhere (person: Person) word (words: string) remedy =
    Expect.equal (listed person [] "alice") word "list --json"
    Expect.stringContains (person.Run [ "list" ]).Out words "list"
    use current = JsonDocument.Parse (person.Run [ "current"; "--json" ]).Out

    let isAlice (name: JsonElement) =
        name.ValueKind = JsonValueKind.String && name.GetString() = "alice"

    match current.RootElement.GetProperty "profile" with
    | profile when profile.ValueKind = JsonValueKind.Object && isAlice (profile.GetProperty "name") ->
        Expect.equal (stateIn profile) word "current --json"
    | _ -> ()

    use which = JsonDocument.Parse (person.Run [ "which"; "--json" ]).Out

    if isAlice (which.RootElement.GetProperty "profile") then
        Expect.equal (which.RootElement.GetProperty("state").GetString()) word "which --json"

    let doctor = person.Run [ "doctor" ]
    Expect.equal doctor.Exit 1 "doctor"
    Expect.stringContains doctor.Out remedy "what doctor advises"

    // Commands that only read change nothing: what changes something, and what reads figures, brings the shell's list up to date.
    person.Run [ "quota"; "--offline"; "alice" ] |> ignore
    Expect.stringContains (File.ReadAllText(person.In "router/states")) ("alice " + word + "\n") "for the shell"

let tests =
    testList
        "health"
        [
            serviced "a refused renewal is no \"ok\" anywhere, until there is a newer sign-in" both (fun person _ ->
                person.IsExpired("alice", alice)
                person.AppServerSays [ ended ]

                person.Run [ "quota" ]
                |> Outcome.isFailure 5 [ "has ended"; "codex-router login alice" ]

                isEverywhere person "ended" "ended" "codex-router login alice"
                Expect.equal (listed person [] "bob") "ok" "the other one"
                Expect.stringContains (person.Run [ "current" ]).Out "refused to renew" "current"

                person.Run [ "guard"; "--min-left"; "1"; "--offline" ]
                |> Outcome.isFailure 4 [ "has ended"; "codex-router login alice" ]

                person.Does [ "rename"; "alice"; "me" ] |> ignore
                Expect.equal (listed person [] "me") "ended" "by another name"
                person.Write(person.In "profiles/me/auth.json", Person.SignInOf(alice, 7))
                Expect.equal (listed person [] "me") "ok" "a newer one"
                person.Run [ "quota"; "--offline" ] |> ignore
                Expect.equal (File.ReadAllText(person.In "router/states")) "" "for the shell")

            serviced "what `codex logout` leaves is suspected, and `quota` finds out" both (fun person _ ->
                File.Delete(person.In "auth.json")
                isEverywhere person "perhaps_signed_out" "perhaps signed out" "codex-router quota alice"
                person.Does [ "switch"; "bob" ] |> ignore
                isEverywhere person "perhaps_signed_out" "perhaps signed out" "codex-router quota alice"
                person.AppServerSays [ ended ]

                person.Run [ "quota"; "alice" ]
                |> Outcome.isFailure 5 [ "has ended"; "codex-router login alice" ]

                isEverywhere person "ended" "ended" "codex-router login alice")

            serviced "a suspicion goes when Codex renews the sign-in" both (fun person service ->
                File.Delete(person.In "auth.json")
                person.Does [ "switch"; "bob" ] |> ignore
                Expect.equal (listed person [] "alice") "perhaps_signed_out" "suspected"
                person.Write(person.In "profiles/alice/auth.json", Person.SignInOf(alice, 7))
                Expect.equal (listed person [] "alice") "ok" "renewed"
                Expect.equal (timesAsked service) 0 "nobody was asked")

            promise "another account's tokens, and another workspace" (fun person ->
                person.Has both

                let sign account =
                    Encoding.UTF8.GetString(Person.SignInOf account)

                person.Write(
                    person.In "profiles/alice/auth.json",
                    (sign bob).Replace("\"" + bob.AccountId + "\"", "\"" + alice.AccountId + "\"")
                )

                Expect.equal (listed person [] "alice") "mixed" "mixed"

                person.Run [ "guard"; "--min-left"; "1"; "--offline" ]
                |> Outcome.isFailure 4 [ "another account's tokens"; "codex-router doctor --fix" ]

                person.Run [ "doctor"; "--fix" ] |> ignore
                Expect.equal (listed person [] "alice") "ok" "from its sealed copy"

                person.Write(
                    person.In "profiles/alice/auth.json",
                    Person.SignInOf { alice with AccountId = "acct-team" }
                )

                Expect.equal (listed person [] "alice") "other_workspace" "moved")

            promise "a setting by which Codex would delete it, and a variable in its place" (fun person ->
                person.Has both
                Expect.equal (listed person [ "CODEX_ACCESS_TOKEN", "at-FAKE" ] "alice") "overridden" "the one here"
                Expect.equal (listed person [ "CODEX_ACCESS_TOKEN", "at-FAKE" ] "bob") "ok" "the other one"
                person.Write(person.In "config.toml", "forced_login_method = \"api\"\n")
                isEverywhere person "blocked" "blocked by a setting" "config.toml"

                person.Run [ "guard"; "--min-left"; "1"; "--offline" ]
                |> Outcome.isFailure 4 [ "forced_login_method"; "config.toml" ])
        ]
