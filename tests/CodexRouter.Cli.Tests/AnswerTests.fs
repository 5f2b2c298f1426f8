module CodexRouter.Cli.Tests.AnswerTests

open System
open System.Text.Json
open System.Text.Json.Serialization
open CodexRouter.Cli
open Expecto
open FsCheck
open FsCheck.FSharp

/// What is written field by field, written by a serialiser that looks at the type.
let private bySerialiser (answer: 'answer) =
    let options =
        JsonSerializerOptions(
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        )

    options.Converters.Add(JsonFSharpConverter())
    JsonSerializer.Serialize(answer, options)

/// Texts as they are in answers, and numbers that JSON has.
type private Generators =
    static member Text() =
        Gen.frequency
            [
                8,
                Gen.elements
                    [
                        "work"
                        "a@example.com"
                        ""
                        "2026-01-02T03:04:05Z"
                        "\"q\" \\ / <&> ü 漢 😀\n"
                    ]
                2, ArbMap.defaults |> ArbMap.generate<UnicodeString> |> Gen.map string
            ]
        |> Arb.fromGen

    static member Number() =
        ArbMap.defaults |> ArbMap.generate<NormalFloat> |> Gen.map float |> Arb.fromGen

/// One that is written alike, whatever is in it. (Marks that turn text about are escaped in answers only.)
let private alike name (shape: Shape<'answer>) =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Generators> ]
            maxTest = 200
        }
        (name + " is written field by field as its type says")
        (fun (answer: 'answer) ->
            use written = JsonDocument.Parse(Answer.text shape answer)
            use expected = JsonDocument.Parse(bySerialiser answer)

            Expect.isTrue
                (JsonElement.DeepEquals(written.RootElement, expected.RootElement))
                (written.RootElement.GetRawText() + "\n" + expected.RootElement.GetRawText())

            // In the same order too.
            let rec names (element: JsonElement) =
                match element.ValueKind with
                | JsonValueKind.Object ->
                    [
                        for field in element.EnumerateObject() do
                            field.Name
                            yield! names field.Value
                    ]
                | JsonValueKind.Array -> element.EnumerateArray() |> Seq.collect names |> List.ofSeq
                | _ -> []

            Expect.equal (names written.RootElement) (names expected.RootElement) "order")

let tests =
    testList
        "answers"
        [
            alike "list" AnswerShapes.list
            alike "current" AnswerShapes.current
            alike "which" AnswerShapes.which
            alike "switch" AnswerShapes.switch
            alike "the list of sealed copies" AnswerShapes.sealedCopies
            alike "a change" AnswerShapes.change
            alike "quota" AnswerShapes.quotas
            alike "guard" AnswerShapes.guard
            alike "config" AnswerShapes.config
            alike "doctor" AnswerShapes.doctor
            alike "a failure" AnswerShapes.error

            testCase "characters that turn the text around them about are escaped"
            <| fun () ->
                let answer: ErrorDto =
                    {
                        Schema = 1
                        Error =
                            {
                                Code = "x"
                                Message = "a\u202Eb\u200E"
                                Try = ""
                            }
                    }

                Expect.stringContains (Answer.text AnswerShapes.error answer) "a\\u202Eb\\u200E" "escaped"
        ]
