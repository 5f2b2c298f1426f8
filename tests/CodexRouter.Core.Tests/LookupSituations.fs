/// What may stand on the way up from a folder, what the person has said of it, and what a shell makes of it.
module CodexRouter.Core.Tests.LookupSituations

open CodexRouter.Core
open CodexRouter.Core.Tests.PinTests
open FsCheck
open FsCheck.FSharp

let root = "/home/me/.codex"
let private folder = "/home/me/one/two/three"

/// Every pin file from the folder up.
let chain = Lookup.chain folder

/// What may stand along the way up, and what the person has said of it.
type Situation =
    {
        Registry: Registry
        Used: ProfileName option
        Pins: (string * PinFile) list
        Mode: HookMode
        Current: ProfileName option
        /// What the prompt files advise, and the second at which the hook runs.
        Files: Map<ProfileName, Advice>
        Now: int64
    }

let private pinFiles =
    Gen.frequency
        [
            3, Gen.constant PinFile.Absent
            5, Gen.map PinFile.Holds pins
            1,
            Gen.map
                PinFile.Broken
                (Gen.elements [ PinFault.NotAFile; PinFault.TooLong; PinFault.NotOurs; PinFault.BadName ])
        ]

/// One time in three something, and else nothing.
let maybe generator =
    Gen.frequency [ 2, Gen.constant None; 1, Gen.map Some generator ]

let private advice =
    gen {
        let! mode = Gen.elements [ AdviceMode.Tell; AdviceMode.Switch; AdviceMode.Switch ]
        let! other = Gen.elements names
        let! until = Gen.elements [ None; Some 50L; Some 100L; Some 150L ]

        return
            {
                Mode = mode
                Other = other
                Until = until
                Text = "little is left"
            }
    }

let situations: Gen<Situation> =
    gen {
        let! profiles = Gen.subListOf names
        let! aliases = Gen.listOf (Gen.zip (Gen.elements names) (Gen.elements names))
        let! files = Gen.listOfLength chain.Length pinFiles
        let pinned = List.zip chain files

        let! verdicts =
            Gen.listOfLength chain.Length (Gen.elements [ Some true; Some true; Some false; None ])

        let! used = maybe (Gen.elements names)
        let! current = maybe (Gen.elements names)

        let! mode =
            Gen.frequency [ 3, Gen.constant HookMode.Shell; 1, Gen.constant HookMode.Global ]

        let! states =
            Gen.listOf (Gen.zip (Gen.elements names) (Gen.elements [ StateIndex.Blocked; "ended" ]))

        let! advised = Gen.listOf (Gen.zip (Gen.elements names) advice)
        let! now = Gen.elements [ 0L; 60L; 100L; 200L ]

        let trust =
            (Trust.empty, List.zip pinned verdicts)
            ||> List.fold (fun trust ((path, file), verdict) ->
                let said =
                    match file, verdict with
                    | PinFile.Holds pin, Some true -> Trust.allow path pin trust
                    | PinFile.Holds pin, Some false -> Trust.deny path pin trust
                    | _ -> Ok trust

                Result.defaultValue trust said)

        return
            {
                Registry =
                    {
                        Profiles = Set.ofList profiles
                        IgnoresCase = false
                        Aliases = AliasIndex.ofPairs aliases
                        Trust = trust
                        States = StateIndex.ofPairs states
                    }
                Used = used
                Pins = pinned
                Mode = mode
                Current = current
                Files = Map.ofList advised
                Now = now
            }
    }

/// What CODEX_HOME may be in a shell.
let held: Gen<Held> =
    Gen.elements
        [
            Held.Unset
            Held.Set ""
            Held.Set root
            Held.Set "/elsewhere"
            Held.Set(Layout.home root names[0])
            Held.Set(Layout.home root names[1])
        ]

let shellWith home =
    {
        CodexHome = home
        Ours = None
        Use = None
        Acted = None
        Said = Set.empty
    }

let decide situation =
    Lookup.decide situation.Registry situation.Used situation.Pins

let advised situation =
    ShellState.advised situation.Now (Lookup.usable situation.Registry) situation.Files.TryFind

/// One run of the hook.
let step situation state =
    ShellState.step
        root
        situation.Registry
        situation.Mode
        (advised situation)
        situation.Current
        (decide situation)
        state

/// Which profile applies in a folder, and why.
let applies hook situation state =
    ShellState.applies
        root
        situation.Registry
        hook
        Place.Here
        (advised situation)
        situation.Current
        (decide situation)
        state

/// The profile that the shell is put on, if the hook exports one: a pin's choice gives way to what is advised.
let exported situation =
    match (decide situation).Rule, situation.Mode with
    | Rule.Use profile, _ -> Some profile
    | Rule.Pinned(profile, _), HookMode.Shell ->
        match situation.Files.TryFind profile with
        | Some advice when
            advice.Mode = AdviceMode.Switch
            && advice.Other <> profile
            && (Lookup.usable situation.Registry).Contains advice.Other
            && (advice.Until.IsNone || advice.Until.Value > situation.Now)
            ->
            Some advice.Other
        | _ -> Some profile
    | _ -> None

/// A shell after one situation after the other.
let walk start situations =
    List.fold (fun state situation -> (step situation state).State) (shellWith start) situations

let forAll generator property =
    Prop.forAll (Arb.fromGen generator) property

/// A decision where there is no pin.
let nothing =
    {
        Rule = Rule.NoPin
        Looked = []
        Warnings = []
    }

/// Nothing is known on this machine.
let registry =
    {
        Profiles = Set.empty
        IgnoresCase = false
        Aliases = AliasIndex.ofPairs []
        Trust = Trust.empty
        States = StateIndex.empty
    }
