/// An answer in JSON, held against what the docs tell of it.
module CodexRouter.Cli.Tests.JsonAnswer

open System.Text.Json
open CodexRouter.Cli
open Expecto

/// Says what keeps a value from being of a type, with the place.
let rec private unlike place (jsonType: JsonType) (element: JsonElement) : string list =
    let kind expected =
        if element.ValueKind = expected then
            []
        else
            [ place + " is " + string element.ValueKind ]

    match jsonType with
    | JsonType.Text -> kind JsonValueKind.String
    | JsonType.Time ->
        kind JsonValueKind.String
        @ (if
               element.ValueKind = JsonValueKind.String
               && not (element.TryGetDateTimeOffset() |> fst)
           then
               [ place + " is no time" ]
           else
               [])
    | JsonType.Word words ->
        if
            element.ValueKind = JsonValueKind.String
            && List.contains (string (element.GetString())) words
        then
            []
        else
            [ place + " is none of its words: " + element.GetRawText() ]
    | JsonType.Integer ->
        kind JsonValueKind.Number
        @ (if element.ValueKind = JsonValueKind.Number && not (element.TryGetInt64() |> fst) then
               [ place + " is not whole" ]
           else
               [])
    | JsonType.Number -> kind JsonValueKind.Number
    | JsonType.Flag ->
        if element.ValueKind = JsonValueKind.True then
            []
        else
            kind JsonValueKind.False
    | JsonType.OrNull value ->
        if element.ValueKind = JsonValueKind.Null then
            []
        else
            unlike place value element
    | JsonType.List item ->
        match kind JsonValueKind.Array with
        | [] ->
            element.EnumerateArray()
            |> Seq.mapi (fun index each -> unlike (place + "[" + string<int> index + "]") item each)
            |> List.concat
        | wrong -> wrong
    | JsonType.Object fields ->
        match kind JsonValueKind.Object with
        | [] ->
            let names = element.EnumerateObject() |> Seq.map _.Name |> List.ofSeq

            if names <> (fields |> List.map _.Name) then
                [ place + " has the fields " + String.concat ", " names ]
            else
                fields
                |> List.collect (fun field ->
                    unlike (place + "." + field.Name) field.Type (element.GetProperty field.Name))
        | wrong -> wrong

/// The docs tell of each answer; this is one of those that they tell of.
let private isTold (root: JsonElement) =
    let wrongs =
        AnswerShapes.all |> List.map (fun (_, jsonType) -> unlike "" jsonType root)

    if wrongs |> List.forall (List.isEmpty >> not) then
        failtest (
            "as none of docs/json.md: "
            + root.GetRawText()
            + "\n"
            + (wrongs |> List.minBy List.length |> String.concat "\n")
        )

/// Gives the one object that was written, and nothing else was.
let only (outcome: CodexRouter.Testing.Outcome) exit (check: JsonElement -> unit) =
    Expect.equal (outcome.Exit, outcome.Err) (exit, "") (Outcome.describe outcome)
    Expect.equal (outcome.Out.IndexOf '\n') (outcome.Out.Length - 1) "one line"
    use document = JsonDocument.Parse outcome.Out
    let root = document.RootElement
    Expect.equal (root.EnumerateObject() |> Seq.head).Name "schema" "the schema first"
    Expect.equal (root.GetProperty("schema").GetInt32()) 1 "the schema"
    isTold root
    check root

/// The names of an object's fields, in their order.
let keys (element: JsonElement) =
    element.EnumerateObject() |> Seq.map _.Name |> List.ofSeq

let text (element: JsonElement) (name: string) =
    element.GetProperty(name).GetString() |> string

let isNull (element: JsonElement) (name: string) =
    Expect.equal (element.GetProperty(name).ValueKind) JsonValueKind.Null name

/// Checks that an answer is a failure of this kind.
let isError code (root: JsonElement) =
    Expect.equal (keys root) [ "schema"; "error" ] "keys"
    let error = root.GetProperty "error"
    Expect.equal (keys error) [ "code"; "message"; "try" ] "its keys"
    Expect.equal (text error "code") code "code"
    Expect.isNotEmpty (text error "message") "message"
    Expect.isNotEmpty (text error "try") "what to do"
