namespace CodexRouter.Cli.Tests

open System
open System.Globalization
open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Reads what the program answers to programs.
[<RequireQualifiedAccess>]
module Told =

    /// Gives the one object that a run wrote; it ended so.
    let only exit (outcome: Outcome) : JsonElement =
        Expect.equal outcome.Exit exit (Outcome.describe outcome)
        Expect.equal (outcome.Out.IndexOf '\n') (outcome.Out.Length - 1) "one line"
        use document = JsonDocument.Parse outcome.Out
        let root = document.RootElement.Clone()
        Expect.equal (root.EnumerateObject() |> Seq.head).Name "schema" "the schema first"
        root

    let keys (element: JsonElement) =
        element.EnumerateObject() |> Seq.map _.Name |> List.ofSeq

    let field (name: string) (element: JsonElement) = element.GetProperty name

    let isNull name element =
        (field name element).ValueKind = JsonValueKind.Null

    let text name element =
        (field name element).GetString() |> Option.ofObj

    /// Gives a text, the empty one for null.
    let word name element =
        text name element |> Option.defaultValue ""

    let number name element =
        if isNull name element then
            None
        else
            Some((field name element).GetDouble())

    let truth name element = (field name element).GetBoolean()

    let items name element =
        (field name element).EnumerateArray() |> List.ofSeq

    let time name element =
        text name element
        |> Option.map (fun text -> DateTimeOffset.Parse(text, CultureInfo.InvariantCulture))

    /// Gives a quota's windows in short: `5h 58, week 93`; one without a figure by its state.
    let windows quota =
        items "windows" quota
        |> List.map (fun window ->
            let label = word "label" window

            let label =
                match text "limit" window with
                | Some "codex" -> label
                | limit -> Option.defaultValue "" limit + " " + label

            match number "left_percent" window with
            | Some left -> label + " " + left.ToString CultureInfo.InvariantCulture
            | None -> label + " " + (text "state" window |> Option.defaultValue ""))
        |> String.concat ", "

/// What Codex writes of its sessions.
[<RequireQualifiedAccess>]
module SessionLog =

    let private time (moment: DateTimeOffset) =
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)

    /// The first line of a session of an account, as Codex 0.160 and later write it.
    let first (account: SampleAccount) =
        "{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"1\",\"creator_user_id\":\""
        + account.UserId
        + "\",\"creator_account_id\":\""
        + account.AccountId
        + "\"}}"

    /// The first line of a session that was begun then.
    let begun (moment: DateTimeOffset) (account: SampleAccount) =
        (first account).Replace("2026-01-01T00:00:00.000Z", time moment)

    /// A first line of before 0.160.
    let nobodys =
        "{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"1\"}}"

    /// An event with any limits.
    let event (moment: DateTimeOffset) (limits: string) =
        "{\"timestamp\":\""
        + time moment
        + "\",\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":null,\"rate_limits\":"
        + limits
        + "}}"

    /// An event that tells of one family's five hours, which reset in an hour.
    let ofFamily (family: string) (moment: DateTimeOffset) (used: int) =
        event
            moment
            ("{\"limit_id\":\""
             + family
             + "\",\"primary\":{\"used_percent\":"
             + string<int> used
             + ",\"window_minutes\":300,\"resets_at\":"
             + string<int64>(DateTimeOffset.UtcNow.AddHours(1.0).ToUnixTimeSeconds())
             + "}}")

    /// An event that tells of the plan's five hours.
    let figures = ofFamily "codex"

    /// What Codex writes when the provider refuses to work (seen on 0.160 to 0.169).
    let refused (moment: DateTimeOffset) =
        event
            moment
            "{\"limit_id\":\"premium\",\"primary\":null,\"secondary\":null,\"rate_limit_reached_type\":\"rate_limit_reached\"}"

/// What tests of quotas need of a person beside the rest.
[<AutoOpen>]
module QuotaPerson =

    /// Where the stand-in service is asked for figures.
    [<Literal>]
    let Usage = "/backend-api/wham/usage"

    /// Where nobody listens.
    let nowhere = "http://127.0.0.1:1/backend-api"

    let minutesAgo (minutes: float) =
        DateTimeOffset.UtcNow.AddMinutes -minutes

    /// One profile, of alice's.
    let one = [ "alice", alice ]

    /// Gives where a quota's figures come from.
    let source quota = Told.word "source" quota

    type Person with

        /// Sets where the person's Codex asks.
        member person.Asks(address: string) =
            person.Write(person.In "config.toml", "chatgpt_base_url = \"" + address + "\"\n")

        /// Makes a profile's home without the program: a sign-in, and the link to the root's settings.
        member person.HasHome(name: string, signIn: byte[]) =
            let home = person.In("profiles/" + name)
            person.Write(home + "/auth.json", signIn)
            File.CreateSymbolicLink(home + "/config.toml", "../../config.toml") |> ignore

        member person.HasHome(name, account: SampleAccount) =
            person.HasHome(name, Person.SignInOf account)

        /// Ends a profile's access token, as time does.
        member person.IsExpired(name: string, account) =
            let now = DateTimeOffset.UtcNow

            person.Write(
                person.In("profiles/" + name + "/auth.json"),
                SampleAccount.signIn account 1 now (now.AddHours -1.0)
            )

        /// Gives what `quota --json` tells of each profile.
        member person.Quotas(words: string list, ?exit: int, ?directory: string) : JsonElement list =
            person.Run("quota" :: "--json" :: words, ?directory = directory)
            |> Told.only (defaultArg exit 0)
            |> Told.items "profiles"

        /// Gives the figures of a profile, which are known.
        member person.Quota(words: string list) : JsonElement =
            Told.field "quota" (person.Quotas words).Head

        /// Gives the code of the failure of a profile whose figures are not known.
        member person.Unknown(words: string list) : string =
            let profile = (person.Quotas(words, 5)).Head
            Expect.isTrue (Told.isNull "quota" profile) "no figures"
            Told.field "error" profile |> Told.word "code"

        member person.SnapshotOf(name: string) =
            person.In("router/quota/" + name + "/snapshot.json")

        /// Gives the line that zsh reads for a profile; nothing when there is none.
        member person.PromptOf(name: string) =
            let path = person.In("router/prompt/" + name)
            if File.Exists path then File.ReadAllText path else ""

        /// Makes what is known of a profile so much older.
        member person.Ages(name: string, age: TimeSpan) =
            let earlier (found: Match) =
                let time =
                    DateTimeOffset.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) - age

                "\"fetched_at\": \""
                + time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
                + "\""

            let before = File.ReadAllText(person.SnapshotOf name)
            let after = Regex.Replace(before, "\"fetched_at\": \"([^\"]+)\"", earlier)
            Expect.notEqual after before "it is older"
            person.Write(person.SnapshotOf name, after)

        /// Has the router know nothing of any quota.
        member person.Forgets() =
            for folder in [ "router/quota"; "router/prompt" ] do
                if Directory.Exists(person.In folder) then
                    Directory.Delete(person.In folder, recursive = true)

        /// Writes a log with these lines, each with its end, below a folder of the root.
        member person.Logs(path: string, lines: string list) =
            person.Write(person.In path, String.concat "" (lines |> List.map (fun line -> line + "\n")))

        /// Makes Codex's app-server answer `account/rateLimits/read` by these lines, and end. What it was asked, and by which
        /// words it was started, is kept.
        member person.AppServerSays(lines: string list) =
            person.Write(person.File "said", String.concat "" (lines |> List.map (fun line -> line + "\n")))

            person.CodexDoes
                """
echo "$*" >>"$HOME/started"
env >"$HOME/environment"
while read -r line; do
  printf '%s\n' "$line" >>"$HOME/heard"
  case $line in
    *'"id":1,'*) echo '{"method":"configWarning","params":{}}'; echo '{"id":1,"result":{"userAgent":"stand-in"}}' ;;
    *'"id":2,'*) cat "$HOME/said"; exit 0 ;;
    *'"id":3,'*) echo '{"id":3,"result":{"authMethod":"chatgpt","authToken":null,"requiresOpenaiAuth":true}}' ;;
    *'"id":4,'*) echo '{"id":4,"result":{"account":{"type":"chatgpt"},"requiresOpenaiAuth":true}}' ;;
    *'"id":5,'*) echo '{"id":5,"result":{"account":{"type":"chatgpt"},"requiresOpenaiAuth":true}}' ;;
  esac
done"""

        /// Gives what the app-server was told, a line each; nothing when it was not started.
        member person.AppServerHeard =
            if File.Exists(person.File "heard") then
                File.ReadAllLines(person.File "heard") |> List.ofArray
            else
                []

    /// How often the service was asked for figures.
    let timesAsked (service: StandIn) =
        service.Requests
        |> List.filter (fun request -> request.Path = Usage)
        |> List.length

    /// A test with a person whose Codex asks a service of the person's own.
    let serviced name (profiles: (string * SampleAccount) list) (test: Person -> StandIn -> unit) =
        promise name (fun person ->
            use service = StandIn.Start(List.map snd profiles |> List.distinct)
            person.Asks service.BaseUrl
            person.Has profiles
            test person service)

    let private twoWindows fiveHours week =
        SampleUsage.twoWindows DateTimeOffset.UtcNow fiveHours week

    type StandIn with

        /// Sets what is used of an account's five hours and of its week.
        member service.Uses(account, fiveHours, week) =
            service.SetUsage(account, twoWindows fiveHours week)

        /// Refuses every question for figures at once.
        member service.Refuses() =
            service.Answer(Usage, Answer.text 403 "text/html" "<html>no</html>")
