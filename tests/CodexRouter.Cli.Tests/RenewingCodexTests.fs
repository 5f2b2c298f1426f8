/// Who renews a sign-in: the Codex that runs in its home, and never a second one beside it.
module CodexRouter.Cli.Tests.RenewingCodexTests

open System.IO
open CodexRouter.StandIn
open CodexRouter.Cli.Tests.RunningCodex
open Expecto

/// An answer of the app-server with what is used of the five hours.
let private appServerSays used =
    "{\"id\":2,\"result\":{\"rateLimits\":{\"limitId\":\"codex\",\"primary\":{\"usedPercent\":"
    + string<int> used
    + ",\"windowDurationMins\":300,\"resetsAt\":4070908800}}}}"

let tests =
    testList
        "a Codex that runs"
        [
            serviced
                "in a home is the only one that renews there: quota tells what is known, and why no more"
                both
                (fun person service ->
                    service.Uses(alice, 31, 10)
                    person.Quota [] |> ignore
                    person.IsExpired("alice", alice)
                    person.AppServerSays [ appServerSays 50 ]

                    for home in [ person.In "profiles/alice"; person.Root ] do
                        let codex, pid = startCodex person true (Some home)
                        use _ = codex
                        let outcome = person.Run [ "quota"; "alice" ]
                        Expect.equal outcome.Exit 0 outcome.Err
                        Expect.stringContains outcome.Out "69" "what is known"
                        Expect.stringContains outcome.Err (string<int> pid) "who renews it"
                        Expect.stringContains outcome.Err "no newer figures" "why no more"
                        Expect.isFalse (File.Exists(person.File "started")) "no second Codex"

                    // The root's Codex has the current profile's sign-in only.
                    person.IsExpired("bob", bob)
                    let codex, _ = startCodex person true None
                    use _ = codex
                    person.Run [ "quota"; "bob" ] |> ignore
                    Expect.isTrue (File.Exists(person.File "started")) "bob's is renewed")

            serviced "is never started in the background where it would renew" both (fun person service ->
                person.AppServerSays [ appServerSays 50 ]

                for minutes in [ -60.0; 4.0 ] do
                    person.Write(person.In "profiles/alice/auth.json", endsIn minutes alice)
                    service.Answer(Usage, Answer.error 401 "token_expired" "ended")
                    person.Does [ "refresh"; "alice" ] |> ignore

                person.Write(person.In "profiles/alice/auth.json", endsIn 60.0 alice)
                person.Does [ "refresh"; "alice" ] |> ignore
                Expect.isFalse (File.Exists(person.File "started")) "nobody asked for it"
                person.Quota [ "alice" ] |> ignore
                Expect.isTrue (File.Exists(person.File "started")) "a person did")

            serviced
                "that renewed meanwhile is believed, not the word that the sign-in has ended"
                both
                (fun person service ->
                    service.Uses(alice, 31, 10)
                    person.IsExpired("alice", alice)
                    person.Write(person.File "newer.json", Person.SignInOf(alice, 2))

                    person.CodexDoes
                        """
while read -r line; do
  case $line in
    *'"id":1,'*) echo '{"id":1,"result":{}}' ;;
    *'"id":2,'*) cp "$HOME/newer.json" "$CODEX_HOME/auth.json"
      echo '{"id":2,"error":{"message":"Your refresh token was already used. Please log out and sign in again."}}'; exit 0 ;;
  esac
done"""

                    Expect.equal (Told.windows (person.Quota [ "alice" ])) "5h 69, week 90" "with the newer token")
        ]
