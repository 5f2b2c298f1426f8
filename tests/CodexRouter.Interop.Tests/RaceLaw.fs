namespace CodexRouter.Interop.Tests

open System
open System.IO
open System.Text.Json
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// What became of the one sign-in of an account.
[<RequireQualifiedAccess>]
type Fate =
    /// Its profile holds what the provider accepts.
    | Kept
    /// `codex-router restore` brought it back.
    | BroughtBack
    /// A Codex that was started after a switch had looked renewed before the switch was made: the one case that cannot be
    /// closed, as docs/codex.md says.
    | InTheGap
    /// The Codex that renewed it had ended when the provider's answer came: nobody could store that.
    | EndedBefore
    /// The provider still accepts it, and no profile has it.
    | Lost of story: string

/// What holds when a race is over and one more command has put right what can be.
[<RequireQualifiedAccess>]
module RaceLaw =

    /// Gives what a file holds: nothing if it is not there, or is a link to a file that is not.
    let private contents (file: string) =
        try
            File.ReadAllText file
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> ""

    let private tokenOf account generation =
        "\"" + SampleAccount.refreshToken account generation + "\""

    /// Tells whether a file holds the refresh token that the provider still takes from an account.
    let private holdsLive (service: StandIn) account file =
        service.Live account
        |> List.exists (fun generation ->
            (contents file).Contains(tokenOf account generation, StringComparison.Ordinal))

    /// Codex 0.150 to 0.163 write what they have got over whatever account they find there.
    let mixes codex = Codex.isOlder codex

    /// Up to 0.166 they write in place: somebody else may find the file empty, or a part of it.
    let writesInPlace codex =
        List.contains codex.Version [ "0.160"; "0.163"; "0.166" ]

    /// The renewals of the race that the provider granted.
    let renewals (service: StandIn) =
        service.Requests
        |> List.filter (fun request -> request.Path = "/oauth/token" && request.Status = 200)

    /// The Codexes of the race that may have sent a request. One that renews while it starts does not name its client yet.
    let private sendersOf (runs: RaceRuns) (request: SeenRequest) =
        match Map.tryFind "originator" request.Values with
        | Some client when runs.Codexes |> List.exists (fun life -> life.Client = client) ->
            runs.Codexes |> List.filter (fun life -> life.Client = client)
        | Some "codex-router" -> []
        | _ ->
            runs.Codexes
            |> List.filter (fun life -> life.Began <= request.At && request.At <= min life.Greeted life.Ended)

    /// Tells whether the root's Codex used a token up while a switch was being made that had begun when this Codex was not
    /// there yet, and so may have looked before.
    let private isCrossed (runs: RaceRuns) (request: SeenRequest) =
        sendersOf runs request
        |> List.exists (fun life ->
            life.IsOfRoot
            && runs.Commands
               |> List.exists (fun run ->
                   RouterRun.hasSwitched run && run.Began < life.Began && run.Ended > request.At))

    /// The renewals that were crossed so by a switch.
    let crossed service runs =
        renewals service |> List.filter (isCrossed runs)

    /// Tells whether the case that cannot be closed has cost an account its newest token. Codex 0.150 to 0.163 write over
    /// another account's newest token too.
    let private isInTheGap codex (service: StandIn) (runs: RaceRuns) account =
        let renewals = renewals service

        match
            renewals
            |> List.filter (fun request -> request.Account = Some account)
            |> List.tryLast
        with
        | None -> false
        | Some newest ->
            isCrossed runs newest
            || (mixes codex
                && renewals
                   |> List.exists (fun other ->
                       other.Account <> Some account
                       && isCrossed runs other
                       && sendersOf runs other |> List.exists (fun life -> life.Ended >= newest.At)))

    /// Gives the files of the root that hold what the provider takes.
    let private keepersOf service account root =
        Directory.EnumerateFiles(
            root,
            "*",
            EnumerationOptions(RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None)
        )
        |> Seq.filter (fun file -> FileInfo(file).Length < 100_000L && holdsLive service account file)
        |> List.ofSeq

    /// Tells whether a Codex of the race that somebody ended was renewing for itself just then.
    let private hasEndedBefore service (runs: RaceRuns) account =
        renewals service
        |> List.filter (fun request -> request.Account = Some account)
        |> List.tryLast
        |> Option.exists (fun newest ->
            sendersOf runs newest
            |> List.exists (fun life -> life.Greeted < newest.At && life.Ended <= newest.AnsweredAfter))

    /// Tells whether a Codex could not start because its profile had got another name since somebody looked for it: it finds no
    /// home, or none any more when it makes its database.
    let cameTooLate (runs: RaceRuns) (life: CodexLife) =
        let isOfHome (reason: string) =
            [
                "\"" + life.Home + "\", but that path does not exist"
                "failed to initialize sqlite state runtime under " + life.Home
            ]
            |> List.exists (fun words -> reason.Contains(words, StringComparison.Ordinal))

        life.Failure |> Option.exists isOfHome
        && runs.Commands
           |> List.exists (fun run ->
               RouterRun.hasRenamed (string (Path.GetFileName life.Home)) run
               && run.Began < life.Ended
               && run.Ended > life.Looked)

    let private story (test: TestHome) (service: StandIn) (runs: RaceRuns) (account: SampleAccount) file =
        let renewals =
            renewals service |> List.filter (fun request -> request.Account = Some account)

        let newest = List.tryLast renewals
        let clock (time: DateTimeOffset) = time.ToString "HH:mm:ss.ffffff"

        String.Join(
            "\n",
            [
                account.Email
                + ": the provider takes generation "
                + String.Join(", ", service.Live account |> List.map string<int>)
                + ", and "
                + file
                + " holds "
                + contents file

                match newest with
                | None -> "nobody has renewed it"
                | Some newest ->
                    for file in keepersOf service account test.Root do
                        "but the live one is in " + file

                    for request in service.Requests do
                        if request.Path = "/oauth/token" && request.Account = Some account then
                            "asked for at "
                            + clock request.At
                            + " by "
                            + (Map.tryFind "originator" request.Values |> Option.defaultValue "?")
                            + " with generation "
                            + (request.Generation |> Option.map string<int> |> Option.defaultValue "?")
                            + ": "
                            + string<int> request.Status
                            + " "
                            + Option.defaultValue "" request.Reason

                    for life in sendersOf runs newest do
                        life.Client + " " + clock life.Began + " to " + clock life.Ended

                        for time, answer in life.Answers do
                            "  " + clock time + " " + answer

                    for run in runs.Commands do
                        if run.Began < newest.At.AddSeconds 1.0 && run.Ended > newest.At.AddSeconds -1.0 then
                            RouterRun.title run
                            + " "
                            + clock run.Began
                            + " to "
                            + clock run.Ended
                            + " exit "
                            + string<int> run.Outcome.Exit
                            + " "
                            + run.Outcome.Out.Split('\n')[0]
            ]
        )

    let private name text =
        match ProfileName.create text with
        | Ok name -> name
        | Error fault -> failwith (ProfileName.explain fault)

    let private signIn (test: TestHome) profile = Layout.signIn test.Root (name profile)

    /// Gives the profiles as `list` tells of them: name, account, state.
    let profiles test codex service =
        use document =
            JsonDocument.Parse (Router.run test codex service [ "list"; "--json" ]).Out

        document.RootElement.GetProperty("profiles").EnumerateArray()
        |> Seq.map (fun profile ->
            let text (key: string) =
                profile.GetProperty(key).GetString() |> string

            text "name", text "account_id", text "state")
        |> List.ofSeq

    let private fateOf (test: TestHome) codex service runs account profile =
        let file = signIn test profile

        if holdsLive service account file then
            Fate.Kept
        else
            Router.run test codex service [ "restore"; profile ] |> ignore

            if holdsLive service account file then
                Fate.BroughtBack
            elif isInTheGap codex service runs account then
                Fate.InTheGap
            elif hasEndedBefore service runs account then
                Fate.EndedBefore
            else
                Fate.Lost(story test service runs account file)

    /// Puts right what can be, and gives each account's profile and fate.
    let settle (test: TestHome) codex service runs (accounts: SampleAccount list) =
        let mended = Router.run test codex service [ "doctor"; "--fix" ]
        Expect.contains [ 0; 1 ] mended.Exit (mended.Out + mended.Err)
        let profiles = profiles test codex service

        Expect.equal
            (profiles |> List.map (fun (_, account, _) -> account) |> List.sort)
            (accounts |> List.map _.AccountId |> List.sort)
            ("each account has one profile\n" + mended.Out)

        accounts
        |> List.map (fun account ->
            let profile, _, _ =
                profiles |> List.find (fun (_, owner, _) -> owner = account.AccountId)

            account, profile, fateOf test codex service runs account profile)

    let private isKept (_, _, fate) =
        match fate with
        | Fate.Kept
        | Fate.BroughtBack -> true
        | Fate.InTheGap
        | Fate.EndedBefore
        | Fate.Lost _ -> false

    /// The sealed copies hold the newest sign-ins, too.
    let sealedCopiesAreNew (test: TestHome) service fates =
        for account, profile, _ in fates |> List.filter isKept do
            Expect.isTrue
                (holdsLive service account (Layout.sealedCopy test.Root (name profile)))
                ("the sealed copy of " + profile + " is its newest sign-in")

    /// Lets all access tokens end and asks for everybody's figures, which only those get whom the provider still accepts:
    /// `quota` and `list` call exactly these well.
    let wordsAreTrue (test: TestHome) codex (service: StandIn) fates =
        for account, profile, _ in fates do
            StoredSignIn.expire account (signIn test profile)

        let asked = Router.run test codex service [ "quota"; "--all"; "--json" ]
        use document = JsonDocument.Parse asked.Out

        let said =
            document.RootElement.GetProperty("profiles").EnumerateArray()
            |> Seq.map (fun profile ->
                let error = profile.GetProperty "error"

                profile.GetProperty("name").GetString() |> string,
                if error.ValueKind = JsonValueKind.Null then
                    "well"
                else
                    error.GetProperty("code").GetString() |> string)
            |> List.ofSeq

        Expect.equal
            (List.sort said)
            (fates
             |> List.map (fun (account, profile, fate) ->
                 profile,
                 if isKept (account, profile, fate) then
                     "well"
                 else
                     "login_expired")
             |> List.sort)
            "what quota says of each"

        Expect.equal
            (profiles test codex service
             |> List.map (fun (profile, _, state) -> profile, state)
             |> List.sort)
            (fates
             |> List.map (fun (account, profile, fate) ->
                 profile, (if isKept (account, profile, fate) then "ok" else "ended"))
             |> List.sort)
            "what list says of each"

        for account, profile, _ in fates |> List.filter isKept do
            Expect.isTrue (holdsLive service account (signIn test profile)) (profile + " has what the renewal gave")
