namespace CodexRouter.Cli.Tests

open System
open System.IO
open System.Text
open System.Text.Json
open CodexRouter.Platform
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

/// Something that a person does, on what, and what may not be lost by it.
[<NoEquality; NoComparison>]
type Deed =
    {
        Title: string
        Words: string list
        Prepare: Person -> unit
        /// The tokens that there are before.
        Tokens: string list
        /// A token that comes in by it: from the moment that it lies in the root, it counts as the others.
        Incoming: string option
        /// Files outside the root that hold a sign-in, below the home.
        Outside: string list
        /// Whether what was asked for is so; none where only the command can tell.
        IsDone: (Person -> bool) option
        /// Whose profiles are whole after the next change, wherever the deed was cut off.
        Whole: SampleAccount list
        /// Whose profiles are whole when the deed was asked for again.
        Final: SampleAccount list
        /// What doctor may still have to ask for.
        LeftToDo: string
    }

/// What commands change, each on a world of its own.
[<RequireQualifiedAccess>]
module Deed =

    let private token account generation =
        SampleAccount.refreshToken account generation + "\""

    let private alices = token alice 1
    let private bobs = token bob 1
    let private carols = token carol 1
    let private renewedAlices = token alice 7

    let private isLinkedTo name (person: Person) =
        person.LiveLink = Some("profiles/" + name + "/auth.json")

    /// Whether the root leads to a profile's sign-in, by whatever name.
    let private leadsTo name (person: Person) =
        let live = FileStatus.Follow(person.In "auth.json")
        let own = FileStatus.Follow(person.In("profiles/" + name + "/auth.json"))
        live.Kind = FileKind.File && live.Identity = own.Identity

    let private holds (relative: string) (bytes: byte[]) (person: Person) =
        let path = person.In relative
        File.Exists path && (person.Bytes path).AsSpan().SequenceEqual bytes

    let private isFolder (relative: string) (person: Person) =
        (FileStatus.Look(person.In relative)).Kind = FileKind.Folder

    let private says (path: string) (text: string) =
        File.Exists path && (File.ReadAllText path).Contains text

    let private isReplacedAtTheRoot (person: Person) account generation =
        File.Delete(person.In "auth.json")
        person.IsSignedInAs(account, generation)

    let private codexSignsIn (person: Person) (bytes: byte[]) =
        person.Write(person.File "new.json", bytes)
        person.CodexDoes "cp \"$HOME/new.json\" \"$CODEX_HOME/auth.json\""

    let private standard title words =
        {
            Title = title
            Words = words
            Prepare = fun person -> person.Has both
            Tokens = [ alices; bobs ]
            Incoming = None
            Outside = []
            IsDone = Some(fun _ -> true)
            Whole = [ alice; bob ]
            Final = [ alice; bob ]
            LeftToDo = "codex-router save"
        }

    /// Changes of which profile is current, and of what the profiles hold.
    let ofSignIns =
        [
            { standard "switch" [ "switch"; "bob" ] with
                IsDone = Some(isLinkedTo "bob")
            }
            // The link was replaced by a newer sign-in: it goes into its profile, and the older is kept.
            { standard "switch that takes a newer sign-in back" [ "switch"; "bob" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        isReplacedAtTheRoot person alice 7
                Tokens = [ alices; bobs; renewedAlices ]
                IsDone = Some(isLinkedTo "bob")
            }
            { standard "save" [ "save"; "carol" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        isReplacedAtTheRoot person carol 1
                Tokens = [ alices; bobs; carols ]
                IsDone = Some(fun person -> isLinkedTo "carol" person && isFolder "profiles/carol" person)
                Final = [ alice; bob; carol ]
            }
            { standard "save of the first profile" [ "save"; "alice" ] with
                Prepare = fun person -> person.IsSignedInAs alice
                Tokens = [ alices ]
                IsDone = Some(isLinkedTo "alice")
                Whole = []
                Final = [ alice ]
            }
            { standard "save of a renewed sign-in" [ "save"; "alice" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        isReplacedAtTheRoot person alice 7
                Tokens = [ alices; bobs; renewedAlices ]
                IsDone =
                    Some(fun person ->
                        isLinkedTo "alice" person
                        && holds "profiles/alice/auth.json" (Person.SignInOf(alice, 7)) person)
            }
            { standard "save --force over another account" [ "save"; "bob"; "--force" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        isReplacedAtTheRoot person carol 1
                Tokens = [ alices; bobs; carols ]
                IsDone =
                    Some(fun person ->
                        isLinkedTo "bob" person
                        && holds "profiles/bob/auth.json" (Person.SignInOf carol) person)
                Whole = [ alice ]
                Final = [ alice; carol ]
                LeftToDo = ""
            }
            { standard "save --from" [ "save"; "carol"; "--from"; "old.json" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        person.Write(person.File "old.json", Person.SignInOf carol)
                Tokens = [ alices; bobs; carols ]
                Outside = [ "old.json" ]
                IsDone = Some(fun person -> isFolder "profiles/carol" person)
                Final = [ alice; bob; carol ]
            }
            { standard "login" [ "login"; "carol" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        codexSignsIn person (Person.SignInOf carol)
                Incoming = Some carols
                IsDone = Some(holds "profiles/carol/auth.json" (Person.SignInOf carol))
                Final = [ alice; bob; carol ]
                LeftToDo = ""
            }
            { standard "login to a profile that has a sign-in" [ "login"; "alice" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        codexSignsIn person (Person.SignInOf(alice, 7))
                Incoming = Some renewedAlices
                IsDone = Some(holds "profiles/alice/auth.json" (Person.SignInOf(alice, 7)))
                LeftToDo = ""
            }
            { standard "delete" [ "delete"; "carol"; "--yes" ] with
                Prepare = fun person -> person.Has(both @ [ "carol", carol ])
                IsDone = Some(isFolder "profiles/carol" >> not)
            }
            { standard "restore" [ "restore"; "alice" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        File.Delete(person.In "profiles/alice/auth.json")
                IsDone = Some(holds "profiles/alice/auth.json" (Person.SignInOf alice))
                Whole = [ bob ]
                LeftToDo = "codex-router restore alice"
            }
            { standard "restore over a key" [ "restore"; "alice" ] with
                Prepare =
                    fun person ->
                        person.Has both

                        person.Write(person.In "profiles/alice/auth.json", SampleAccount.apiKeySignIn "sk-FAKE-by-hand")
                Tokens = [ alices; bobs; "sk-FAKE-by-hand" ]
                IsDone = Some(holds "profiles/alice/auth.json" (Person.SignInOf alice))
                Whole = [ bob ]
                LeftToDo = "codex-router restore alice"
            }
            // As Codex 0.163 leaves it: alice's renewed tokens stand under bob's number.
            { standard "recovery from a mix" [ "switch"; "bob" ] with
                Prepare =
                    fun person ->
                        person.Has both

                        let mixed =
                            (Encoding.UTF8.GetString(Person.SignInOf(alice, 7)))
                                .Replace("\"" + alice.AccountId + "\"", "\"" + bob.AccountId + "\"")

                        person.Write(person.In "profiles/bob/auth.json", mixed)
                Tokens = [ bobs; renewedAlices ]
                IsDone = Some(isLinkedTo "bob")
                Whole = [ alice ]
            }
        ]

    /// Changes of names, pins and what is kept beside the sign-ins.
    let ofOthers =
        [
            { standard "rename" [ "rename"; "alice"; "me" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        person.Does [ "alias"; "alice"; "private" ] |> ignore
                IsDone =
                    Some(fun person ->
                        isFolder "profiles/me" person
                        && not (isFolder "profiles/alice" person)
                        && leadsTo "me" person)
            }
            { standard "rename of another" [ "rename"; "bob"; "work" ] with
                IsDone = Some(fun person -> isFolder "profiles/work" person && not (isFolder "profiles/bob" person))
            }
            { standard "alias" [ "alias"; "bob"; "office" ] with
                IsDone = Some(fun person -> says (person.In "profiles/bob/profile.json") "\"office\"")
            }
            { standard "pin" [ "pin"; "bob" ] with
                IsDone =
                    Some(fun person ->
                        says (person.File ".codex-profile") "bob"
                        && says (person.In "router/allowed") "allow\tbob\t")
            }
            { standard "unpin" [ "unpin" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        person.Does [ "pin"; "bob" ] |> ignore
                IsDone = Some(fun person -> not (File.Exists(person.File ".codex-profile")))
            }
            for word in [ "allow"; "deny" ] do
                { standard word [ word ] with
                    Prepare =
                        fun person ->
                            person.Has both
                            File.WriteAllText(person.File ".codex-profile", "bob\n")
                    IsDone = Some(fun person -> says (person.In "router/allowed") (word + "\tbob\t"))
                }
            { standard "list that seals a renewed sign-in" [ "list" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        person.Write(person.In "profiles/alice/auth.json", Person.SignInOf(alice, 7))
                Tokens = [ bobs; renewedAlices ]
            }
            { standard "exec in a home that is not whole" [ "exec"; "bob"; "--"; "true" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        File.Delete(person.In "profiles/bob/config.toml")
                        Directory.Delete(person.In "sessions", true)
                // What could not be mended in the home is told; the program runs all the same.
                IsDone = None
            }
            { standard "doctor --fix" [ "doctor"; "--fix" ] with
                Prepare =
                    fun person ->
                        person.Has both
                        File.WriteAllText(person.In ".current_profile", "bob\n")
                        person.Write(person.In "router/trash/old-1/auth.json", "{}")
                        person.Write(person.In "router/.aliases.new-a1B2c3", "x")
                        person.Write(person.In "profiles/bob/.auth.json.incoming", Person.SignInOf(bob, 7))
                        person.Write(person.In "router/scratch/old-1/auth.json", Person.SignInOf carol)
                        File.CreateSymbolicLink(person.In "profiles/old", "./bob") |> ignore
                Tokens = [ alices; bobs; token bob 7; carols ]
                IsDone = None
            }
        ]

    /// All of them, but `quota`: what it writes it writes on threads of its own, whose calls come in no fixed order, and only
    /// caches, of which other tests say that they may fail.
    let all = ofSignIns @ ofOthers

    let private files folder =
        Directory.EnumerateFiles(
            folder,
            "*",
            EnumerationOptions(
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.ReparsePoint,
                MatchType = MatchType.Simple
            )
        )

    /// Gives those of the tokens that are in no file any more.
    let private missing (person: Person) deed tokens =
        let contents =
            Seq.append (files person.Root) (deed.Outside |> Seq.map person.File |> Seq.filter File.Exists)
            |> Seq.map (fun path -> Encoding.Latin1.GetString(person.Bytes path))
            |> List.ofSeq

        tokens
        |> List.filter (fun (token: string) ->
            not (contents |> List.exists _.Contains(token, StringComparison.Ordinal)))

    /// Gives the accounts whose profile is well.
    let private well (person: Person) =
        use document = JsonDocument.Parse(person.Run([ "list"; "--json" ]).Out)

        document.RootElement.GetProperty("profiles").EnumerateArray()
        |> Seq.filter (fun profile -> profile.GetProperty("state").GetString() = "ok")
        |> Seq.map (fun profile -> profile.GetProperty("account_id").GetString() |> string)
        |> List.ofSeq

    let private areWhole person (accounts: SampleAccount list) cut =
        let well = well person

        for account in accounts do
            Expect.equal
                (well |> List.filter ((=) account.AccountId) |> List.length)
                1
                (cut + ": " + account.Email + " has one profile, which is well")

    /// Tells whether the root's auth.json is no link, or one that leads somewhere.
    let leads (person: Person) =
        person.LiveLink.IsNone || File.Exists(person.In "auth.json")

    /// Whatever was cut off or failed: nothing is lost, and afterwards doctor --fix reaches a root where nothing is left to do.
    let isSoundAfter (person: Person) deed (cut: string) =
        let tokens =
            match deed.Incoming with
            | Some token when (missing person { deed with Outside = [] } [ token ]).IsEmpty -> token :: deed.Tokens
            | _ -> deed.Tokens

        let nothingIsLost moment =
            let lost = (missing person deed tokens).Length
            Lab.count "lost" lost
            Expect.equal lost 0 (cut + ": sign-ins that are lost " + moment)

        let led = leads person
        nothingIsLost "right after"
        // Whoever was in the middle of a save may still have to save: that is told, and not guessed.
        let mended = person.Run [ "doctor"; "--fix" ]
        Expect.contains [ 0; 1 ] mended.Exit (cut + "\n" + Outcome.describe mended)
        nothingIsLost "after mending"
        areWhole person deed.Whole cut

        if led then
            Expect.isTrue (leads person) (cut + ": the root's link leads somewhere after mending")

        if mended.Exit <> 0 then
            Expect.stringContains mended.Out deed.LeftToDo (cut + ": nothing else is left to ask for\n" + mended.Out)

        let again = person.Tree
        let repaired = person.Run [ "doctor"; "--fix" ]
        Expect.equal repaired.Exit mended.Exit (cut + "\n" + repaired.Out)
        Expect.isEmpty (Tree.changes again person.Tree) (cut + ": nothing is left to do")
        // And what was asked for can be asked for again, or is done.
        let repeated = person.Run deed.Words

        // A file that is to be saved is gone when it was.
        let isTaken =
            deed.Outside <> []
            && deed.Outside |> List.forall (person.File >> File.Exists >> not)

        Expect.contains
            [
                0
                1
                3
                if isTaken then
                    4
            ]
            repeated.Exit
            (cut + "\n" + Outcome.describe repeated)

        areWhole person deed.Final (cut + ", asked for again")
        Expect.isTrue (leads person) (cut + ": the root's link leads somewhere in the end")

        Expect.equal
            (Tree.take person.Root
             |> Map.toList
             |> List.map fst
             |> List.filter (fun path -> path.Contains ".incoming" || path.Contains ".new-"))
            []
            (cut + ": no leftovers")

        nothingIsLost "in the end"
