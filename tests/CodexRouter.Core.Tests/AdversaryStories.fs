/// Stories of changes, and of what Codex does between their steps.
module CodexRouter.Core.Tests.AdversaryStories

open FsCheck.FSharp

/// How a release of Codex stores a renewal when the file is another account's by then.
type Release =
    /// 0.150 to 0.163 write the renewed tokens over it.
    | WritesOver
    /// 0.164 to 0.166 compare the account, and throw the renewed tokens away.
    | ComparesAccount
    /// 0.169 compares the whole sign-in, and throws the renewed tokens away.
    | ComparesAll

type Deed =
    /// A Codex of the root asks for a renewal: the provider spends the token at that moment.
    | AskAtRoot
    /// The answer of the oldest renewal under way is stored.
    | Store
    /// `codex login --with-api-key` through the root's link.
    | LoginWithKey
    /// A setting for another account makes Codex delete the file of the home that it runs in.
    | DeleteIn of string
    /// Nothing happens between these two steps.
    | Rest

type Asked =
    | Switching of string
    | Renaming of string * string
    | Deleting of string
    | Restoring of string
    | Recovering

type Story =
    {
        Release: Release
        /// Whether the file system ignores case, and the person with it.
        IgnoresCase: bool
        Current: string
        Requests: Asked list
        /// One for each step that is taken, as far as they reach.
        Deeds: Deed list
    }

/// The profiles, each with its account.
let accounts = Map.ofList [ "ann", 1; "ben", 2; "cat", 3 ]

let private held = Gen.elements [ "ann"; "ben"; "cat" ]

let private deed =
    Gen.frequency
        [
            6, Gen.constant Rest
            4, Gen.constant AskAtRoot
            4, Gen.constant Store
            1, Gen.constant LoginWithKey
            1, Gen.map DeleteIn held
        ]

let private asked ignoresCase =
    let held =
        if ignoresCase then
            Gen.elements [ "ann"; "ben"; "cat"; "ANN"; "Ben"; "CAT" ]
        else
            held

    let free =
        if ignoresCase then
            Gen.elements [ "dan"; "Dan"; "Eve"; "Ann"; "BEN" ]
        else
            Gen.elements [ "dan"; "eve" ]

    Gen.frequency
        [
            5, Gen.map Switching held
            1, Gen.map2 (fun one other -> Renaming(one, other)) held free
            1, Gen.map Deleting held
            1, Gen.map Restoring held
            2, Gen.constant Recovering
        ]

let private story =
    gen {
        let! release = Gen.elements [ WritesOver; ComparesAccount; ComparesAll ]
        let! ignoresCase = Gen.frequency [ 2, Gen.constant false; 1, Gen.constant true ]
        let! current = held

        let! requests =
            Gen.choose (1, 4)
            |> Gen.bind (fun count -> Gen.listOfLength count (asked ignoresCase))

        let! deeds = Gen.listOfLength 30 deed

        return
            {
                Release = release
                IgnoresCase = ignoresCase
                Current = current
                Requests = requests
                Deeds = deeds
            }
    }

let private shrunk story =
    seq {
        for index in 0 .. story.Requests.Length - 1 do
            if story.Requests.Length > 1 then
                { story with
                    Requests = List.removeAt index story.Requests
                }

        for index in 0 .. story.Deeds.Length - 1 do
            if story.Deeds[index] <> Rest then
                { story with
                    Deeds = List.updateAt index Rest story.Deeds
                }
    }

/// Any story.
let stories = Arb.fromGenShrink (story, shrunk)

/// Stories in which Codex does nothing but renew.
let renewing =
    Arb.fromGenShrink (
        story
        |> Gen.map (fun story ->
            { story with
                Deeds =
                    story.Deeds
                    |> List.map (function
                        | LoginWithKey
                        | DeleteIn _ -> Rest
                        | deed -> deed)
            }),
        shrunk
    )

/// Each way in which releases store a renewal, by the releases that do.
let releases =
    [
        "0.150 to 0.163", WritesOver
        "0.164 to 0.166", ComparesAccount
        "0.169", ComparesAll
    ]
