module CodexRouter.Build.Tests.TaskTests

open System
open System.IO
open Expecto
open CodexRouter.Testing

let private task = typeof<CodexRouter.Build.SpecialNameFlag>.Assembly.Location

/// Builds a project of one target that runs the task on a file.
let private build (home: TestHome) (file: string) =
    let project =
        "<Project><UsingTask TaskName=\"CodexRouter.Build.SetSpecialName\" AssemblyFile=\""
        + task
        + "\" /><Target Name=\"Mend\"><SetSpecialName Assemblies=\""
        + file
        + "\" /></Target></Project>"

    File.WriteAllText(home.File "mend.proj", project)

    home.Run(
        "dotnet",
        [
            "msbuild"
            home.File "mend.proj"
            "-nologo"
            "-nodeReuse:false"
            "-target:Mend"
        ],
        environment =
            [
                "DOTNET_CLI_TELEMETRY_OPTOUT", "1"
                "DOTNET_NOLOGO", "1"
                "DOTNET_CLI_HOME", home.Path
            ]
    )

let tests =
    testList
        "SetSpecialName"
        [
            testCase "as a step of a build it mends the assembly that it is given"
            <| fun () ->
                use home = new TestHome()
                let path = home.File "sample.dll"
                File.Copy(Reflection.Assembly.GetExecutingAssembly().Location, path)
                let built = build home path
                Expect.equal built.Exit 0 (built.Out + built.Err)
                Expect.isEmpty (CodexRouter.Build.SpecialNameFlag.SetOnPropertyAccessors path) "nothing left to mend"

            testCase "a file that is missing, or no assembly, fails the build with one error that names it"
            <| fun () ->
                use home = new TestHome()
                File.WriteAllText(home.File "text.dll", "this is no assembly")
                File.WriteAllText(home.File "empty.dll", "")
                File.Copy("/bin/sh", home.File "native.dll")

                for name in [ "missing.dll"; "text.dll"; "empty.dll"; "native.dll" ] do
                    let before =
                        if File.Exists(home.File name) then
                            File.ReadAllBytes(home.File name)
                        else
                            [||]

                    let built = build home (home.File name)

                    let errors =
                        built.Out.Split '\n' |> Array.filter (fun line -> line.Contains ": error")

                    Expect.equal (built.Exit <> 0, errors.Length) (true, 1) (name + "\n" + built.Out)
                    Expect.stringContains errors[0] (home.File name) "named"
                    Expect.isFalse (built.Out.Contains "   at ") "no stack trace"

                    let after =
                        if File.Exists(home.File name) then
                            File.ReadAllBytes(home.File name)
                        else
                            [||]

                    Expect.equal after before "not touched"
        ]
