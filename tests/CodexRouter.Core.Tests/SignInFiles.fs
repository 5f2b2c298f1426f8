/// Files of sign-ins that tests read, right and odd.
module CodexRouter.Core.Tests.SignInFiles

open System
open Expecto
open FsCheck.FSharp
open CodexRouter.Core
open CodexRouter.Testing

/// What is read of a file.
let read (bytes: byte[]) = SignIn.read (ReadOnlyMemory bytes)

/// The file of a known shape.
let shape name =
    (AuthShapes.all |> List.find (fun shape -> shape.Name = name)).Bytes()

/// What is read of a file without fault.
let ok bytes =
    match read bytes with
    | Ok signIn -> signIn
    | Error fault -> failtest (SignIn.explain fault)

/// A value of any JSON inside so many lists and objects, some of them with more beside the next.
let nested =
    gen {
        let! depth =
            Gen.frequency [ 3, Gen.choose (0, 5); 3, Gen.choose (58, 70); 1, Gen.choose (100, 2000) ]

        let level =
            Gen.elements
                [
                    "[", "]"
                    "{\"access_token\":", "}"
                    "[0,{\"tokens\":[]},", ",{}]"
                    "{\"a\":[[]],\"tokens\":{},\"tokens\" : ", "\n}"
                ]

        let! levels = Gen.listOfLength depth level
        let! inner = Gen.elements [ "[]"; "{}"; "1e400"; "\"]}\\\"\""; "null" ]
        let opening = levels |> List.map fst |> String.concat ""
        let closing = levels |> List.rev |> List.map snd |> String.concat ""
        return opening + inner + closing
    }
