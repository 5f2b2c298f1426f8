module CodexRouter.Build.Tests.SpecialNameFlagTests

open System
open System.IO
open System.Reflection
open System.Runtime.Loader
open Expecto
open FSharp.Reflection
open CodexRouter.Build
open CodexRouter.Build.Tests.SampleUnions
open CodexRouter.Testing

let private own = Assembly.GetExecutingAssembly().Location

let private copy (home: TestHome) =
    let path = home.File "sample.dll"
    File.Copy(own, path)
    path

let private everything =
    BindingFlags.Public
    ||| BindingFlags.NonPublic
    ||| BindingFlags.Instance
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

/// Loads an assembly from its bytes, apart from the one that runs.
let private load (path: string) =
    let context = AssemblyLoadContext("mended", isCollectible = true)
    context.LoadFromStream(new MemoryStream(File.ReadAllBytes path))

/// Gives the property accessors in an assembly that lack the flag, as Type.Method.
let private lacking (assembly: Assembly) =
    [
        for definition in assembly.GetTypes() do
            for property in definition.GetProperties everything do
                for accessor in property.GetAccessors true do
                    if not accessor.IsSpecialName then
                        definition.Name + "." + accessor.Name
    ]

/// Gives the type of the same name in another copy of this assembly.
let private inside (assembly: Assembly) (original: Type) =
    match
        original.FullName
        |> Option.ofObj
        |> Option.bind (assembly.GetType >> Option.ofObj)
    with
    | Some found -> found
    | None -> failwith ("not in the copy: " + original.Name)

let tests =
    testList
        "SpecialNameFlag"
        [
            testCase
                "the F# compiler leaves the flag off the fields of union cases: the reason for all this still holds"
            <| fun () ->
                let found = lacking (Assembly.GetExecutingAssembly())

                for accessor in
                    [
                        "Named.get_width"
                        "Unnamed.get_Item2"
                        "Wrapped.get_Item"
                        "StructUnion.get_second"
                        "Leaf.get_value"
                    ] do
                    Expect.contains found accessor "lacks the flag"

            testCase "after it, every property accessor of the assembly has the flag, and it tells which ones it mended"
            <| fun () ->
                use home = new TestHome()
                let path = copy home
                let before = lacking (Assembly.GetExecutingAssembly())
                let told = SpecialNameFlag.SetOnPropertyAccessors path
                Expect.isEmpty (lacking (load path)) "none lacks it"
                Expect.equal (List.sort (List.ofSeq told)) (List.sort before) "those that lacked it"

            testCase "methods that are no property accessors keep their flags"
            <| fun () ->
                use home = new TestHome()
                let path = copy home
                SpecialNameFlag.SetOnPropertyAccessors path |> ignore

                let flags (assembly: Assembly) =
                    [
                        for definition in assembly.GetTypes() do
                            let accessors =
                                set
                                    [
                                        for property in definition.GetProperties everything do
                                            for accessor in property.GetAccessors true -> accessor.MetadataToken
                                    ]

                            for method in definition.GetMethods everything do
                                if not (accessors.Contains method.MetadataToken) then
                                    method.MetadataToken, method.Attributes
                    ]

                Expect.equal (flags (load path)) (flags (Assembly.GetExecutingAssembly())) "flags"

            testCase "nothing else changes: the files differ in that one bit, once for each accessor"
            <| fun () ->
                use home = new TestHome()
                let path = copy home
                let count = (SpecialNameFlag.SetOnPropertyAccessors path).Count
                let before = File.ReadAllBytes own
                let after = File.ReadAllBytes path
                Expect.equal after.Length before.Length "size"

                let changes =
                    [
                        for index in 0 .. before.Length - 1 do
                            if before[index] <> after[index] then
                                before[index] ^^^ after[index]
                    ]

                Expect.equal changes.Length count "as many bytes as accessors"
                Expect.allEqual changes 0x08uy "0x0800, in the higher byte"

            testCase "a second time there is nothing to do, and the file is not written"
            <| fun () ->
                use home = new TestHome()
                let path = copy home
                SpecialNameFlag.SetOnPropertyAccessors path |> ignore
                let once = File.ReadAllBytes path
                let old = DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)
                File.SetLastWriteTimeUtc(path, old)
                Expect.isEmpty (SpecialNameFlag.SetOnPropertyAccessors path) "none left"
                Expect.equal (File.ReadAllBytes path) once "the same"
                Expect.equal (File.GetLastWriteTimeUtc path) old "untouched"

            testCase "a mended assembly loads, and its unions are made and taken apart by reflection"
            <| fun () ->
                use home = new TestHome()
                let path = copy home
                SpecialNameFlag.SetOnPropertyAccessors path |> ignore
                let assembly = load path

                let cases: (Type * string * objnull list) list =
                    [
                        typeof<Shape>, "Named", [ box 3; box 4 ]
                        typeof<Shape>, "Unnamed", [ box "x"; box true ]
                        typeof<Shape>, "Empty", []
                        typeof<Wrapped>, "Wrapped", [ box "x" ]
                        typeof<StructUnion>, "Second", [ box "x" ]
                    ]

                for original, case, fields in cases do
                    let union = inside assembly original

                    let info =
                        FSharpType.GetUnionCases union |> Array.find (fun found -> found.Name = case)

                    let value = FSharpValue.MakeUnion(info, List.toArray fields)
                    let found, values = FSharpValue.GetUnionFields(value, union)
                    Expect.equal (found.Name, List.ofArray values) (case, fields) case
        ]
