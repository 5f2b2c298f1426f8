module CodexRouter.Core.Tests.NearMissLaws

open System
open CodexRouter.Core
open Expecto
open FsCheck
open FsCheck.FSharp

let private letter = Gen.elements [ 'a' .. 'z' ]

let private word =
    gen {
        let! length = Gen.choose (4, 20)
        let! letters = Gen.arrayOfLength length letter
        return String letters
    }

/// A word with one letter left out, added, changed or exchanged with the next.
let private slip (word: string) =
    gen {
        let! place = Gen.choose (0, word.Length - 2)
        let! added = letter

        return!
            Gen.elements
                [
                    word.Remove(place, 1)
                    word.Insert(place, string<char> added)
                    word.Remove(place, 1).Insert(place, string<char> added)
                    word.Remove(place, 1).Insert(place + 1, string<char> word[place])
                ]
    }

let private slipped =
    gen {
        let! others = Gen.listOf word
        let! meant = word
        let! typed = slip meant
        return meant :: others, meant, typed
    }

let tests =
    testList
        "near misses"
        [
            Law.over "one slip finds the word, or another that is as near" slipped (fun (known, meant, typed) ->
                match NearMiss.find known typed with
                | Some found -> found = meant || NearMiss.distance typed found <= 1
                | None -> typed = meant)

            Law.over "only known words are found, and never the one that was typed" slipped (fun (known, _, typed) ->
                match NearMiss.find known typed with
                | Some found -> List.contains found known && found <> typed
                | None -> true)

            Law.over
                "the distance is the same both ways, and nothing between a word and itself"
                slipped
                (fun (_, one, other) ->
                    NearMiss.distance one other = NearMiss.distance other one
                    && NearMiss.distance one one = 0
                    && NearMiss.distance one other <= max one.Length other.Length)
        ]
