/// The line that tells a prompt of a proposal.
module CodexRouter.Core.Tests.AdviceLineTests

open System
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Core.Tests.FallbackRooms

let private anyName =
    Gen.elements
        [
            work
            personal
            name (String('a', 64))
            name (String('b', 64))
            name "a.b_c-d"
        ]

let private anyAdvice =
    gen {
        let! from = anyName
        let! target = anyName
        let! how = Gen.elements [ OnLimit.Tell; OnLimit.Switch ]
        let! own = percent
        let! until = Gen.optionOf (Gen.choose (-100_000, 100_000))
        let! label = Gen.elements [ None; Some "5h"; Some "month" ]
        let! other = Gen.oneof [ Gen.constant Room.Unlimited; Gen.constant (left 100.0) ]

        let settings =
            { settings [ from, rule [ target ] 101.0 ] with
                OnLimit = how
            }

        let room profile =
            if profile = from then
                Room.Known(Math.Min(own, 99.0), label, until |> Option.map (fun until -> start.AddDays(float until)))
            else
                other

        let time = start.AddDays -100_001.0
        return Fallback.decide settings time from room Fallback.undecided |> fst
    }

let private lines =
    testList
        "prompt lines"
        [
            testCase "it says who has how much, and the command"
            <| fun () ->
                let line how =
                    advised
                        { simple with OnLimit = how }
                        [ work, Room.Known(4.2, Some "5h", Some(minute 60)); personal, left 80.0 ]
                    |> Option.map (Fallback.advice >> Advice.write)

                let until = string<int64>((minute 60).ToUnixTimeSeconds())
                let reason = "work has 4% left of its 5h window, personal has 80%"

                Expect.equal
                    (line OnLimit.Tell)
                    (Some("tell personal " + until + " " + reason + ": codex-router use personal"))
                    "tell"

                Expect.equal (line OnLimit.Switch) (Some("switch personal " + until + " " + reason)) "switch"

            testCase "without a limit, without a window's name, without an end"
            <| fun () ->
                Expect.equal
                    (advised simple [ work, Room.Known(0.0, None, None); key, Room.Unlimited ]
                     |> Option.map (Fallback.advice >> Advice.write))
                    (Some "tell key - work has 0% left, key has no limit: codex-router use key")
                    "plain words"

            Law.over "a line is short printable ASCII, and is read as it was written" anyAdvice (fun advice ->
                match advice with
                | None -> true
                | Some advice ->
                    let line = Fallback.advice advice
                    let text = Advice.write line

                    Advice.read text = Some line
                    && line.Text.Length <= Advice.MaximumText
                    && line.Text.Contains(ProfileName.value advice.To)
                    && text |> Seq.forall (fun character -> character >= ' ' && character <= '~'))

            testCase "the generated advice is advice, and reaches the longest names"
            <| fun () ->
                let advice = Gen.sample 200 anyAdvice |> Array.choose id
                Expect.isGreaterThan advice.Length 100 "most of it"

            testCase "what is no line is not read as one"
            <| fun () ->
                for text in
                    [
                        ""
                        "tell"
                        "tell personal -"
                        "tell personal - "
                        "stay personal - text"
                        "Tell personal - text"
                        "tell ../x - text"
                        "tell personal -5 text"
                        "tell personal 9999999999999 text"
                        "tell personal 1x text"
                        "tell  personal - text"
                        "tell personal - te\u001bxt"
                        "tell personal - té"
                        "tell personal - " + String('a', Advice.MaximumText + 1)
                    ] do
                    Expect.isNone (Advice.read text) text

                Expect.isSome (Advice.read ("tell personal - " + String('a', Advice.MaximumText))) "the longest"
        ]

let tests = testList "fallback" [ lines ]
