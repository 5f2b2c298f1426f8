module CodexRouter.Core.Tests.PinTests

open System
open System.Text
open CodexRouter.Core
open CodexRouter.Testing
open Expecto
open FsCheck
open FsCheck.FSharp

/// How many cases each law is tried with.
let law name property =
    testPropertyWithConfig Law.config name property

/// A profile name from its text.
let profileName text =
    match ProfileName.create text with
    | Ok name -> name
    | Error fault -> failwith (text + ": " + ProfileName.explain fault)

/// Few names, so that they meet.
let names = [ "work"; "personal"; "client.a"; "x-1" ] |> List.map profileName

/// Any pin over the few names.
let pins: Gen<Pin> =
    Gen.oneof
        [
            Gen.constant Pin.Default
            Gen.map2
                (fun first others -> Pin.Names(first, others))
                (Gen.elements names)
                (Gen.listOf (Gen.elements names) |> Gen.map (List.truncate 3))
        ]

let private parse (text: string) = Pin.parse (Encoding.UTF8.GetBytes text)

let private one text = Ok(Pin.Names(profileName text, []))

let tests =
    testList
        "Pin"
        [
            testCase "a pin is the first line that is neither blank nor a comment"
            <| fun () ->
                Expect.equal (parse "# team file\r\n\r\n \t\n  work \t\r\nignored\n") (one "work") "the first name"
                Expect.equal (parse "\uFEFFwork\n") (one "work") "a byte order mark is not part of the name"
                Expect.equal (parse "\uFEFF# comment\nwork") (one "work") "nor of a comment"

            testCase "a pin may list names, of which spaces are no part"
            <| fun () ->
                Expect.equal
                    (parse "acme-eu ,\twork\r\n")
                    (Ok(Pin.Names(profileName "acme-eu", [ profileName "work" ])))
                    "two names"

                Expect.equal (parse " default\n") (Ok Pin.Default) "the word for the current profile"

            for text, fault in
                [
                    "", PinFault.NoName
                    "# nothing\n\n", PinFault.NoName
                    "work\n\000", PinFault.ZeroByte
                    "../work", PinFault.BadName
                    "two words", PinFault.BadName
                    "work,", PinFault.BadName
                    ",", PinFault.BadName
                    "default,work", PinFault.BadName
                    "Default", PinFault.BadName
                    "none", PinFault.BadName
                    "work # comment", PinFault.BadName
                    "w\u00F6rk", PinFault.BadName
                    "$(reboot)", PinFault.BadName
                    String('n', ProfileName.MaximumLength + 1), PinFault.BadName
                ] do
                testCase ("no pin: " + text.Replace("\n", "\\n").Replace("\000", "\\0"))
                <| fun () -> Expect.equal (parse text) (Error fault) "the fault"

            testCase "a pin may be as long as the limit, and no longer"
            <| fun () ->
                let padded length =
                    parse ("work\n" + String('#', length - 5))

                Expect.equal (padded Pin.MaximumBytes) (one "work") "at the limit"
                Expect.equal (padded (Pin.MaximumBytes + 1)) (Error PinFault.TooLong) "beyond it"

            law "reading a pin never fails, whatever the bytes, and gives only valid names"
            <| fun (bytes: byte[]) ->
                match Pin.parse bytes with
                | Error fault -> Pin.explain fault <> ""
                | Ok pin -> Pin.ofLine (Pin.text pin) = Ok pin

            law "a pin is read back as it was written, with whatever stands around it"
            <| Prop.forAll (Arb.fromGen pins) (fun pin ->
                parse (Pin.text pin + "\n") = Ok pin
                && parse ("# comment\n\t" + Pin.text(pin).Replace(",", " ,\t") + " \r\nmore\n") = Ok pin)

            testCase "what is no small file of ours is not read: opening a pipe would wait"
            <| fun () ->
                let facts =
                    {
                        IsFile = true
                        Size = 5L
                        IsOurs = true
                        FolderIsWritableByAll = false
                        Read = fun () -> failwith "was read"
                    }

                let broken name facts fault =
                    Expect.equal (PinFile.ofFacts facts) (PinFile.Broken fault) name

                broken "a pipe" { facts with IsFile = false } PinFault.NotAFile
                broken "a huge file" { facts with Size = 4097L } PinFault.TooLong

                broken
                    "somebody's file in a folder for all"
                    { facts with
                        IsOurs = false
                        FolderIsWritableByAll = true
                    }
                    PinFault.NotOurs

                broken "a secret file" { facts with Read = fun () -> None } PinFault.Unreadable

                for facts in
                    [
                        { facts with IsOurs = false }
                        { facts with
                            FolderIsWritableByAll = true
                        }
                    ] do
                    let read =
                        { facts with
                            Read = fun () -> Some(Encoding.UTF8.GetBytes "work\n")
                        }

                    Expect.equal
                        (PinFile.ofFacts read)
                        (PinFile.Holds(Pin.Names(profileName "work", [])))
                        "a file that may count"
        ]
