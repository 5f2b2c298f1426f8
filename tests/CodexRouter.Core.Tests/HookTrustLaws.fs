/// Which hooks a profile's home is given trust in, and what is remembered of that.
module CodexRouter.Core.Tests.HookTrustLaws

open CodexRouter.Core
open Expecto
open FsCheck
open FsCheck.FSharp

[<Literal>]
let private Root = "/home/me/.codex"

[<Literal>]
let private Home = "/home/me/.codex/profiles/work"

let private places =
    [
        "/hooks.json:user_prompt_submit:0:0"
        "/hooks.json:user_prompt_submit:1:0"
        "/hooks.json:stop:0:0"
        "/config.toml:pre_tool_use:0:0"
    ]

/// The keys of hooks from elsewhere are the same in all homes.
let private elsewhere =
    [ "plugin@market:hooks/hooks.json:stop:0:0"; "/etc/codex/hooks.json:stop:0:0" ]

let private hookIn (home: string) =
    gen {
        let! key =
            Gen.elements ((places |> List.map (fun place -> home + place)) @ elsewhere)

        let! hash = Gen.elements [ "sha256:1"; "sha256:2"; "" ]
        let! isEnabled = Gen.elements [ true; true; true; false ]

        let! standing =
            Gen.elements
                [
                    HookStanding.Managed
                    HookStanding.Trusted
                    HookStanding.Trusted
                    HookStanding.Changed
                    HookStanding.Untrusted
                    HookStanding.Untrusted
                ]

        return
            {
                Key = key
                Event = "stop"
                Command = Some "true"
                Hash = hash
                IsEnabled = isEnabled
                Standing = standing
            }
    }

let private hooksIn home =
    hookIn home
    |> Gen.listOf
    |> Gen.map (fun hooks -> { Paths = [ home ]; Hooks = hooks })

let private homes = Gen.zip (hooksIn Root) (hooksIn Home)

/// What Codex makes of it: a hook is trusted whose hash is the one that was told.
let private told (entries: HookTrustEntry list) (home: HomeHooks) =
    { home with
        Hooks =
            home.Hooks
            |> List.map (fun hook ->
                if hook.Standing = HookStanding.Managed then
                    hook
                else
                    match entries |> List.filter (fun entry -> entry.Key = hook.Key) with
                    | [] -> hook
                    | entries ->
                        { hook with
                            Standing =
                                if entries |> List.exists (fun entry -> entry.Hash = hook.Hash) then
                                    HookStanding.Trusted
                                else
                                    HookStanding.Changed
                        })
    }

let private atRoot (root: HomeHooks) (key: string) =
    root.Hooks
    |> List.filter (fun hook -> HookTrust.place [ Root ] hook.Key = HookTrust.place [ Home ] key)

let private isTrustedAtRoot root (entry: HookTrustEntry) =
    let there = atRoot root entry.Key

    not there.IsEmpty
    && there
       |> List.forall (fun hook -> hook.IsEnabled && hook.Standing = HookStanding.Trusted && hook.Hash = entry.Hash)

/// The root's hooks as a home has them in which nothing was said yet.
let private copied (root: HomeHooks) =
    {
        Paths = [ Home ]
        Hooks =
            root.Hooks
            |> List.map (fun hook ->
                { hook with
                    Key =
                        match HookTrust.place [ Root ] hook.Key with
                        | place when place.StartsWith "./" -> Home + place.Substring 1
                        | key -> key
                    IsEnabled = true
                    Standing =
                        if hook.Standing = HookStanding.Managed then
                            HookStanding.Managed
                        else
                            HookStanding.Untrusted
                })
    }

let private oneEach (home: HomeHooks) =
    { home with
        Hooks = home.Hooks |> List.distinctBy _.Key |> List.filter (fun hook -> hook.Hash <> "")
    }

let private trust =
    testList
        "trust of hooks"
        [
            Law.over
                "no hook is trusted that the root does not trust, with this hash and turned on"
                homes
                (fun (root, home) -> HookTrust.missing root home |> List.forall (isTrustedAtRoot root))

            Law.over "what begins to run by it is what runs at the root" homes (fun (root, home) ->
                let after = told (HookTrust.missing root home) home

                List.zip home.Hooks after.Hooks
                |> List.filter (fun (before, after) -> HookTrust.runs after && not (HookTrust.runs before))
                |> List.forall (fun (_, after) ->
                    atRoot root after.Key
                    |> List.forall (fun hook -> HookTrust.runs hook && hook.Hash = after.Hash)))

            Law.over "a second time there is nothing left to do" homes (fun (root, home) ->
                let root, home = oneEach root, oneEach home
                HookTrust.missing root (told (HookTrust.missing root home) home) = [])

            Law.over "a hook that is another one than the root's is not trusted" homes (fun (root, home) ->
                let other =
                    { home with
                        Hooks = home.Hooks |> List.map (fun hook -> { hook with Hash = hook.Hash + "x" })
                    }

                HookTrust.missing root other = [])

            Law.over
                "a home that was told nothing yet runs afterwards what the root runs, and no more"
                (hooksIn Root)
                (fun root ->
                    let root = oneEach root
                    let home = copied root
                    let after = told (HookTrust.missing root home) home

                    let running paths (hooks: HomeHooks) =
                        hooks.Hooks
                        |> List.filter HookTrust.runs
                        |> List.map (fun hook -> HookTrust.place paths hook.Key, hook.Hash)
                        |> set

                    // An administrator's hook is not a person's to turn on or off by trust.
                    let managed =
                        root.Hooks
                        |> List.filter (fun hook -> hook.Standing = HookStanding.Managed)
                        |> List.map (fun hook -> HookTrust.place [ Root ] hook.Key, hook.Hash)
                        |> set

                    running [ Root ] root - managed = running [ Home ] after - managed)

            Law.over "a home is as the root exactly when nothing of it is said to differ" homes (fun (root, home) ->
                let root, home = oneEach root, oneEach home

                let running paths (hooks: HomeHooks) =
                    hooks.Hooks
                    |> List.filter HookTrust.runs
                    |> List.map (fun hook -> HookTrust.place paths hook.Key, hook.Hash)
                    |> set

                (HookTrust.judge root home |> List.forall HookTrust.isAsAtRoot) =
                    (running [ Root ] root = running [ Home ] home))

            testCase "a word of Codex's that is not known is no trust"
            <| fun () ->
                Expect.equal
                    ([ "trusted"; "managed"; "modified"; "untrusted"; ""; "Trusted"; "probably" ]
                     |> List.map HookTrust.standing)
                    [
                        HookStanding.Trusted
                        HookStanding.Managed
                        HookStanding.Changed
                        HookStanding.Untrusted
                        HookStanding.Untrusted
                        HookStanding.Untrusted
                        HookStanding.Untrusted
                    ]
                    "the words"

            testCase "a home's path is left out only where it ends at a slash"
            <| fun () ->
                Expect.equal
                    (HookTrust.place [ Home; Root ] (Home + "/hooks.json:stop:0:0"))
                    "./hooks.json:stop:0:0"
                    "own"

                Expect.equal
                    (HookTrust.place [ Home ] (Home + "er/hooks.json:stop:0:0"))
                    (Home + "er/hooks.json:stop:0:0")
                    "another's"
        ]

let private setting key hash isEnabled =
    {
        Key = key
        TrustedHash = hash
        IsEnabled = isEnabled
    }

let private settings =
    gen {
        let! home = Gen.elements [ Root; Home; "/home/me/.codex/profiles/other" ]
        let! place = Gen.elements places
        let! hash = Gen.elements [ Some "sha256:1"; Some "sha256:2"; None ]
        let! isEnabled = Gen.elements [ true; true; false ]
        return setting (home + place) hash isEnabled
    }
    |> Gen.listOf
    |> Gen.map (List.distinctBy _.Key)

let private anyNote =
    gen {
        let! off = Gen.choose (0, 20)
        let! isTold = Gen.elements [ true; false ]

        let! hooks =
            Gen.elements [ []; [ "./a", "1" ]; [ "./a", "2" ]; [ "./a", "1"; "./b", "1" ] ]

        let! servers = Gen.subListOf [ "linear"; "a-b_c"; "X9" ]

        return
            {
                Set = HookNote.setOf hooks
                Off = off
                IsTold = isTold
                McpServers = List.ofSeq servers
            }
    }

let private lacking = HookNote.lacking [ Root ] [ Home ]

let private notes =
    testList
        "notes of hooks"
        [
            Law.over "what is written is read again" anyNote (fun note ->
                HookNote.parse (HookNote.render note) = Some note)

            Law.over
                "text that is nearly a note is read or not, and never fails"
                (Gen.zip anyNote (Gen.zip (Gen.choose (0, 40)) (Gen.elements [ ""; " "; "\n"; "x"; "9999999999"; "-" ])))
                (fun (note, (at, put)) ->
                    let text = HookNote.render note
                    let at = min at text.Length
                    let read = HookNote.parse (text.Substring(0, at) + put + text.Substring at)
                    read |> Option.forall (fun note -> note.Off >= 0 && note.Off <= 9999))

            Law.over
                "the settings lack nothing once the root's trust is in them for the home, too"
                settings
                (fun settings ->
                    let given =
                        lacking settings
                        |> List.map (fun (place, hash) -> setting (Home + place.Substring 1) (Some hash) true)

                    let others =
                        settings
                        |> List.filter (fun setting -> given |> List.forall (fun other -> other.Key <> setting.Key))

                    lacking (others @ given) = [])

            Law.over "another profile's trust says nothing of this one's" settings (fun settings ->
                let own =
                    settings
                    |> List.filter (fun setting -> not (setting.Key.StartsWith "/home/me/.codex/profiles/other"))

                lacking settings = lacking own)

            Law.over
                "a set that was told is not told again, and another is"
                (Gen.zip anyNote settings)
                (fun (note, settings) ->
                    let lacking = lacking settings
                    let first = HookNote.afterSettings lacking note
                    let told = { first with IsTold = true }
                    let again = HookNote.afterSettings lacking told

                    let another =
                        HookNote.afterSettings (("./hooks.json:new:0:0", "sha256:3") :: lacking) told

                    again = told
                    && not another.IsTold
                    && another.Off = lacking.Length + 1
                    && another.McpServers = note.McpServers)

            Law.over
                "where Codex says that none is off, nothing is told, whatever the settings say"
                (Gen.zip anyNote settings)
                (fun (note, settings) ->
                    let asked = HookNote.afterAsking (lacking settings) 0 false note
                    let later = HookNote.afterSettings (lacking settings) asked
                    later.IsTold && later.Off = 0)

            testCase "what was turned off in a home is not told of"
            <| fun () ->
                let root = setting (Root + places[0]) (Some "sha256:1") true
                Expect.equal (lacking [ root ]).Length 1 "it is"
                Expect.equal (lacking [ root; setting (Home + places[0]) None false ]) [] "turned off here"
                Expect.equal (lacking [ { root with IsEnabled = false } ]) [] "turned off at the root"
        ]

let private facts =
    gen {
        let! items =
            Gen.listOf (
                Gen.zip
                    (Gen.elements HomeFacts.aspects)
                    (Gen.zip (Gen.elements [ "a"; "b"; "c" ]) (Gen.elements [ "1"; "2" ]))
            )

        return
            items
            |> List.groupBy fst
            |> List.map (fun (aspect, items) -> aspect, items |> List.map snd |> Map.ofList)
            |> Map.ofList
    }

let private comparison =
    testList
        "a home beside the root"
        [
            Law.over "does not differ from itself" facts (fun facts -> HomeFacts.differences facts facts = [])

            Law.over
                "differs in what one of them alone has, or has otherwise, and in nothing else"
                (Gen.zip facts facts)
                (fun (root, home) ->
                    let items facts =
                        facts
                        |> Map.toList
                        |> List.collect (fun (aspect, items) ->
                            items |> Map.toList |> List.map (fun (item, value) -> aspect, item, value))
                        |> set

                    let other =
                        Set.union (items root - items home) (items home - items root)
                        |> Set.map (fun (aspect, item, _) -> aspect, item)

                    let told =
                        HomeFacts.differences root home
                        |> List.map (fun difference -> difference.Aspect, difference.Item)

                    set told = other && told.Length = other.Count)

            testCase "is said to have the root's paths in place of its own, and keeps all others"
            <| fun () ->
                Expect.equal
                    (HomeFacts.asAtRoot
                        Root
                        [ Home; "/real/work" ]
                        ("x " + Home + "/skills/a /real/work/b " + Root + "/c"))
                    ("x " + Root + "/skills/a " + Root + "/b " + Root + "/c")
                    "both spellings"

                Expect.equal (HomeFacts.asAtRoot Root [ Home ] (Home + "er/a")) (Home + "er/a") "another profile's"
        ]

let tests = testList "hooks and homes" [ trust; notes; comparison ]
