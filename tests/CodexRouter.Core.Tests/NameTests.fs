/// What may be a name, and what text becomes before it reaches a terminal.
module CodexRouter.Core.Tests.NameTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

let private texts =
    Gen.oneof
        [
            ArbMap.defaults |> ArbMap.generate<char[]> |> Gen.map String
            Gen.elements [ 'a'; 'Z'; '0'; '.'; '_'; '-'; '/'; ' '; '\u0000'; 'é' ]
            |> Gen.arrayOf
            |> Gen.map String
            Gen.choose (60, 70) |> Gen.map (fun length -> String('a', length))
        ]

let private isAllowed (text: string) =
    let letterOrDigit character =
        (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')

    text.Length >= 1
    && text.Length <= 64
    && letterOrDigit text[0]
    && text
       |> Seq.forall (fun character -> letterOrDigit character || "._-".Contains character)
    && text.ToLowerInvariant() <> "default"
    && text.ToLowerInvariant() <> "none"

let tests =
    testList
        "names"
        [
            testPropertyWithConfig
                Law.config
                "a name is a letter or digit, then up to 63 of letters, digits, '.', '_' and '-'"
                (Prop.forAll (Arb.fromGen texts) (fun text ->
                    match ProfileName.create text with
                    | Ok name -> isAllowed text && ProfileName.value name = text
                    | Error fault -> not (isAllowed text) && (ProfileName.explain fault).Length > 0))

            testCase "a name can never lead out of its folder"
            <| fun () ->
                for text in [ ".."; "."; "../x"; "a/b"; "/etc"; ".hidden"; "a\u0000b"; "-rf" ] do
                    Expect.isError (ProfileName.create text) text

            testCase "names are compared by their letters, folders as macOS does"
            <| fun () ->
                match ProfileName.create "Work", ProfileName.create "work" with
                | Ok one, Ok other ->
                    Expect.notEqual one other "two names"
                    Expect.isTrue (ProfileName.sameFolder one other) "one folder"
                | _ -> failtest "both are names"

            testPropertyWithConfig
                Law.config
                "what is made inert holds no character that acts on a terminal"
                (Prop.forAll (Arb.fromGen texts) (fun text ->
                    Inert.text text
                    |> Seq.forall (fun character ->
                        not (Char.IsControl character) && character <> '\u202e' && character <> '\u200b')))

            testCase "a bidirectional override and an escape are shown, not obeyed"
            <| fun () -> Expect.equal (Inert.text "a\u202eb\u001b[31mc") "a\\u{202E}b\\u{1B}[31mc" "inert"

            testCase "plain text in any script stays as it is"
            <| fun () ->
                for text in [ "alice@example.com"; "Zoë"; "日本語"; "/home/zoë/acme" ] do
                    Expect.equal (Inert.text text) text "unchanged"
        ]
