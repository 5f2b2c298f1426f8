namespace CodexRouter.Cli

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open CodexRouter.Core

/// Writes answers for programs: one object, and nothing else.
[<RequireQualifiedAccess>]
module Answer =

    /// The version of all answers.
    [<Literal>]
    let Schema = 1

    /// Characters that turn the text around them about, and the like, are as good in JSON as any, but it may be looked at
    /// on a terminal. Outside ASCII everything is inside a string, where an escape means the same.
    let private escapeFormat (json: string) =
        if json |> Seq.forall Char.IsAscii then
            json
        else
            let escaped = StringBuilder json.Length

            for rune in json.EnumerateRunes() do
                let text = rune.ToString()

                if Rune.GetUnicodeCategory rune = UnicodeCategory.Format then
                    for unit in text do
                        escaped.Append("\\u").Append((int unit).ToString "X4") |> ignore
                else
                    escaped.Append text |> ignore

            escaped.ToString()

    /// Gives the text of an answer.
    let text (shape: Shape<'answer>) (answer: 'answer) =
        use stream = new MemoryStream()

        using
            (new Utf8JsonWriter(
                stream,
                // The output is for programs and terminals, not for web pages.
                JsonWriterOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            ))
            (fun writer -> shape.Write writer answer)

        escapeFormat (Encoding.UTF8.GetString(stream.GetBuffer(), 0, int stream.Length))
        + "\n"

    /// Gives the answer for a failure.
    let problem (problem: Problem) : ErrorDto =
        {
            Schema = Schema
            Error =
                {
                    Code = ProblemCode.word problem.Code
                    Message = problem.Message
                    Try = problem.Try
                }
        }

    /// Gives the steps of a plan.
    let steps (plan: Plan) : StepDto list =
        plan
        |> List.map (fun step ->
            {
                Step = PlanText.step step.Action
                Why = step.Why
            })

    /// Gives the answer to a change of a profile.
    let change (name: ProfileName) (plan: Plan) : ChangeDto =
        {
            Schema = Schema
            Profile = ProfileName.value name
            Changed = not plan.IsEmpty
            Steps = steps plan
        }
