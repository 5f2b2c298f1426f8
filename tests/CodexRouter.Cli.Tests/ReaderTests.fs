/// Whoever reads the root's auth.json at any moment finds one whole sign-in.
module CodexRouter.Cli.Tests.ReaderTests

open System
open System.Diagnostics
open System.IO
open System.Text
open CodexRouter.StandIn
open CodexRouter.Testing
open Expecto

let private times = if Lab.isLong then 200 else 20

/// Nothing bad was found at any look, and the looks were so many that they can have met what they are to look for.
let private foundNothingBad (what: string) changes (reader: Reader) =
    (reader :> IDisposable).Dispose()

    Lab.say (
        "reader: "
        + string<int> reader.Looks
        + " looks during "
        + string<int> changes
        + " "
        + what
    )

    Expect.equal (reader.Bad, reader.Reasons) ([], []) ("what was found beside whole sign-ins during " + what)

    Expect.isGreaterThan reader.Looks changes "more looks than changes"

let private mixOf (tokens: SampleAccount) (number: SampleAccount) =
    Encoding.UTF8
        .GetString(Person.SignInOf tokens)
        .Replace("\"" + tokens.AccountId + "\"", "\"" + number.AccountId + "\"")

/// Ways to change the same things that are wrong for a moment, as shell lines; the reader has to see each.
let private wrongWays =
    [
        BadLook.Dangling,
        "removes the link and makes another",
        "rm auth.json; ln -s profiles/bob/auth.json auth.json; rm auth.json; ln -s profiles/alice/auth.json auth.json"
        BadLook.Dangling,
        "renames the profile and then the link",
        "mv profiles/alice profiles/me; ln -s profiles/me/auth.json new; mv new auth.json; "
        + "mv profiles/me profiles/alice; ln -s profiles/alice/auth.json new; mv new auth.json"
        BadLook.Empty, "writes over the file", "cp ../alice.json profiles/alice/auth.json"
        BadLook.Torn,
        "writes the file in pieces",
        "head -c 300 ../alice.json > profiles/alice/auth.json; sleep 0.01; tail -c +301 ../alice.json >> profiles/alice/auth.json"
        BadLook.Mixed,
        "puts one account's tokens under another's number",
        "cp ../mixed.json new; mv new profiles/alice/auth.json; cp ../alice.json new; mv new profiles/alice/auth.json"
    ]

let private control =
    [
        for expected, title, line in wrongWays do
            promise ("the reader sees a change that " + title) (fun person ->
                person.Has both
                person.Write(person.File "alice.json", Person.SignInOf alice)
                person.Write(person.File "mixed.json", mixOf alice bob)
                use reader = new Reader(person.In "auth.json", [ alice; bob ])
                let watch = Stopwatch.StartNew()

                let sees () =
                    reader.Bad |> List.exists (fst >> (=) expected)

                while not (sees ()) && watch.Elapsed < TimeSpan.FromSeconds 20.0 do
                    let outcome = person.Shell(line, directory = person.Root)
                    Expect.equal outcome.Exit 0 outcome.Err

                Expect.isTrue (sees ()) "seen")
    ]

let tests =
    testList
        "reader loop"
        [
            yield! control

            promise "no rename of the current profile leaves the root's auth.json without its sign-in" (fun person ->
                person.Has both
                use reader = new Reader(person.In "auth.json", [ alice; bob ])

                for _ in 1..times do
                    person.Does [ "rename"; "alice"; "me" ] |> ignore
                    person.Does [ "rename"; "me"; "alice" ] |> ignore

                foundNothingBad "renames of the current profile" (2 * times) reader
                Expect.equal reader.Accounts 1 "always the same account")

            promise "no switch leaves the root's auth.json without a whole sign-in" (fun person ->
                person.Has both
                use reader = new Reader(person.In "auth.json", [ alice; bob ])

                for _ in 1..times do
                    person.Does [ "switch"; "bob" ] |> ignore
                    person.Does [ "switch"; "-" ] |> ignore

                foundNothingBad "switches" (2 * times) reader
                Expect.equal reader.Accounts 2 "both accounts were met")
        ]
