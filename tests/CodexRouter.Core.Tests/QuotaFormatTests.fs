module CodexRouter.Core.Tests.QuotaFormatTests

open CodexRouter.Core
open Expecto
open FsCheck.FSharp

let private text = FormatPart.Text
let private field = FormatPart.Field

let tests =
    testList
        "format"
        [
            testCase "is text with fields in braces" (fun () ->
                Expect.equal
                    (QuotaFormat.parse "{name} {5h.left}%")
                    (Ok
                        [
                            field FormatField.Name
                            text " "
                            field (FormatField.Of("5h", WindowField.Left))
                            text "%"
                        ])
                    "as it is typed")

            testCase "writes a brace that stands twice once" (fun () ->
                Expect.equal
                    (QuotaFormat.parse "{{{left}}}")
                    (Ok [ text "{"; field FormatField.Left; text "}" ])
                    "braces")

            testCase "that makes no sense says why" (fun () ->
                for format, fault in
                    [
                        "{5h.lefty}", FormatFault.UnknownField "5h.lefty"
                        "{}", FormatFault.UnknownField ""
                        "{.left}", FormatFault.UnknownField ".left"
                        "{token}", FormatFault.UnknownField "token"
                        "{left", FormatFault.Unpaired
                        "left}", FormatFault.Unpaired
                        "{", FormatFault.Unpaired
                    ] do
                    Expect.equal (QuotaFormat.parse format) (Error fault) format)

            testCase "writes a question mark for what is not known" (fun () ->
                match QuotaFormat.parse "{name}: {left}% of {window}" with
                | Ok parts ->
                    let value field =
                        match field with
                        | FormatField.Name -> Some "work"
                        | _ -> None

                    Expect.equal (QuotaFormat.render value parts) "work: ?% of ?" "of one"
                | Error fault -> failtest (string fault))

            testCase "knows every field that it names" (fun () ->
                for name in QuotaFormat.fieldNames do
                    Expect.isOk (QuotaFormat.parse ("{" + name + "}")) name)

            Law.over
                "without fields is its text, whatever is in it"
                (Gen.elements [ "a"; "%"; " "; "{"; "}"; "5h.left"; "\u00e9"; "\n" ]
                 |> Gen.listOf)
                (fun pieces ->
                    let plain = String.concat "" pieces
                    let format = plain.Replace("{", "{{").Replace("}", "}}")
                    (QuotaFormat.parse format |> Result.map (QuotaFormat.render (fun _ -> None))) = Ok plain)
        ]
