module CodexRouter.Build.Tests.ArchitectureTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open CodexRouter.Testing

/// The folders of a project in their order, each with its files.
type private Layered =
    {
        Project: string
        Files: (string * string) list
    }

let private source project =
    Path.Combine(Project.root, "src", "CodexRouter." + project)

let private text (path: string) = File.ReadAllText path

/// The lines of a source without what follows `//`, and without the content of strings.
let private code (path: string) =
    Regex.Replace(Regex.Replace(text path, "\"(\\\\.|[^\"\\\\\n])*\"", "\"\""), "//.*", "")

/// The folders and files of an F# project, as it compiles them.
let private compiled project =
    {
        Project = project
        Files =
            [
                for found in
                    Regex.Matches(
                        text (Path.Combine(source project, "CodexRouter." + project + ".fsproj")),
                        "Compile Include=\"([^\"]+)\""
                    ) do
                    let path = found.Groups[1].Value
                    Path.GetDirectoryName path |> Option.ofObj |> Option.defaultValue "", path
            ]
    }

let private onDisk project (extension: string) =
    Directory.GetFiles(source project, "*" + extension, SearchOption.AllDirectories)
    |> Array.map (fun path -> Path.GetRelativePath(source project, path))
    |> Array.filter (fun path -> not (path.StartsWith "obj/" || path.StartsWith "bin/"))
    |> List.ofArray

/// Folders that come back after another one: then neither is above the other.
let private scattered (layers: Layered) =
    let folders = layers.Files |> List.map fst

    let runs =
        folders
        |> List.fold
            (fun runs folder ->
                match runs with
                | last :: _ when last = folder -> runs
                | _ -> folder :: runs)
            []

    runs
    |> List.countBy id
    |> List.filter (fun (_, times) -> times > 1)
    |> List.map fst

/// The order of Platform's folders, which C# does not ask for, stands in its project file.
let private platformOrder =
    lazy
        [
            for found in
                Regex.Matches(
                    text (Path.Combine(source "Platform", "CodexRouter.Platform.csproj")),
                    "(?m)^    ([A-Z][A-Za-z]*): "
                ) do
                found.Groups[1].Value
        ]

/// Which files of Platform use a type of a folder below theirs.
let private upward () =
    let files = onDisk "Platform" ".cs"

    let folder (path: string) = path.Split('/')[0]

    let place path =
        List.findIndex ((=) (folder path)) platformOrder.Value

    let types =
        [
            for path in files do
                let found =
                    Regex.Matches(
                        code (Path.Combine(source "Platform", path)),
                        @"(?m)^[a-z][a-z ]*\b(?:class|struct|record|enum|interface) (?:struct |class )?([A-Z]\w+)"
                    )

                for declared in found do
                    // Parts of LibC are in several folders.
                    if declared.Groups[1].Value <> "LibC" then
                        declared.Groups[1].Value, path
        ]

    [
        for path in files do
            let code = code (Path.Combine(source "Platform", path))

            for name, home in types do
                if
                    place home > place path
                    // A method may bear a type's name.
                    && Regex.IsMatch(code, @"(?<![\w.])" + name + @"\b(?!\()")
                then
                    path + " uses " + name + " of " + folder home
    ]

let private unknownTo (project: string) (extension: string) (forbidden: string) =
    [
        for path in onDisk project extension do
            for found in Regex.Matches(code (Path.Combine(source project, path)), forbidden) do
                path + " mentions " + found.Value
    ]

/// Where a match over unions of ours ends with `| _ ->`, and how often: pairs of which a list of all would hide the point,
/// and questions about one case of a union that has many.
let private wildcards =
    Map
        [
            "Core/Changes/Sealed.fs", 1
            "Core/Profiles/FileSystem.fs", 3
            "Core/Profiles/Refusal.fs", 2
            "Core/Quota/Quota.fs", 1
            "Cli/Commands/Current.fs", 1
        ]

let tests =
    testList
        "architecture"
        [
            for project in [ "Core"; "Cli" ] do
                testCase ("the folders of " + project + " are layers: none comes back after another one")
                <| fun () -> Expect.equal (scattered (compiled project)) [] "scattered folders"

                testCase ("every source of " + project + " is compiled, and is in a folder")
                <| fun () ->
                    let files = (compiled project).Files |> List.map snd
                    Expect.isGreaterThan files.Length 30 "files were found"

                    Expect.equal
                        (List.sort files)
                        (List.sort (onDisk project ".fs" @ onDisk project ".fsi"))
                        "compiled and on disk"

                    Expect.equal (files |> List.filter (fun path -> not (path.Contains '/'))) [] "outside a folder"

                testCase (
                    "every signature of "
                    + project
                    + " stands right before what it is the signature of"
                )
                <| fun () ->
                    let files = (compiled project).Files |> List.map snd

                    Expect.equal
                        (files |> List.filter (fun path -> path.EndsWith ".fsi"))
                        (files
                         |> List.pairwise
                         |> List.filter (fun (path, next) -> path = next + "i")
                         |> List.map fst)
                        "signatures"

                    for signature in onDisk project ".fsi" do
                        let hidden =
                            Regex.Matches(code (Path.Combine(source project, signature)), @"\bprivate\b")

                        Expect.equal hidden.Count 0 (signature + " tells only of what is public")

            testCase "no folder of Platform uses one below it"
            <| fun () ->
                Expect.equal
                    (onDisk "Platform" ".cs"
                     |> List.map (fun path -> path.Split('/')[0])
                     |> List.distinct
                     |> List.sort)
                    (List.sort platformOrder.Value)
                    "every folder has its place"

                Expect.equal (upward ()) [] "types from below"

            testCase "Core has no effect: it mentions no file, clock, environment, console, process or chance"
            <| fun () ->
                Expect.equal
                    (unknownTo
                        "Core"
                        ".fs"
                        @"\b(System\.IO|File\.|Directory\.|Environment\.|Console\.|Process\.|UtcNow|DateTime\.Now|DateTimeOffset\.Now|Guid\.NewGuid|Random\b|HttpClient|Thread\.|Stopwatch|printf|CodexRouter\.(Platform|Cli|StandIn))")
                    []
                    "effects"

                Expect.isFalse
                    ((text (Path.Combine(source "Core", "CodexRouter.Core.fsproj"))).Contains "ProjectReference")
                    "Core refers to no project"

            testCase "the program is made of src alone: no stand-in, no sample, no project from elsewhere"
            <| fun () ->
                for project, file in
                    [
                        "Core", "CodexRouter.Core.fsproj"
                        "Platform", "CodexRouter.Platform.csproj"
                        "Cli", "CodexRouter.Cli.fsproj"
                        "Program", "CodexRouter.Program.fsproj"
                    ] do
                    let references =
                        Regex.Matches(
                            text (Path.Combine(source project, file)),
                            "ProjectReference Include=\"([^\"]+)\""
                        )

                    for reference in references do
                        Expect.isMatch
                            reference.Groups[1].Value
                            (if project = "Program" then
                                 @"^\.\.\\CodexRouter\.(Cli|Platform)\\"
                             else
                                 @"^\.\.\\CodexRouter\.(Core|Platform)\\")
                            (file + " refers to its own kind")

                Expect.equal
                    (Directory.GetDirectories(Path.Combine(Project.root, "src"))
                     |> Array.map (Path.GetFileName >> string)
                     |> Array.sort)
                    [|
                        "CodexRouter.Cli"
                        "CodexRouter.Core"
                        "CodexRouter.Platform"
                        "CodexRouter.Program"
                    |]
                    "four projects"

                Expect.equal
                    [
                        for project, extension in [ "Core", ".fs"; "Cli", ".fs"; "Platform", ".cs" ] do
                            yield! unknownTo project extension @"\b(StandIn|Sample\w*|Demo)\b"
                    ]
                    []
                    "nothing made up"

            testCase "every file of tests is run: its suite's Main names it"
            <| fun () ->
                let suites =
                    Directory.GetDirectories(Path.Combine(Project.root, "tests"), "CodexRouter.*.Tests")

                Expect.isGreaterThan suites.Length 4 "they were found"

                Expect.equal
                    [
                        for suite in suites do
                            let main = text (Path.Combine(suite, "Main.fs"))

                            for file in Directory.GetFiles(suite, "*.fs") do
                                let name = string (Path.GetFileNameWithoutExtension file) + ".tests"

                                if
                                    Regex.IsMatch(text file, @"^let tests\b", RegexOptions.Multiline)
                                    && not (main.Contains name)
                                then
                                    Path.GetFileName file
                    ]
                    []
                    "not run"

            testCase "no file of the sources or the tests has more than 400 lines"
            <| fun () ->
                let folders = [ "src"; "tests"; "demo"; "bench"; "build" ]
                let endings = [ ".fs"; ".fsi"; ".cs"; ".sh"; ".zsh" ]
                use home = new TestHome()
                let listed = home.Run("git", [ "-C"; Project.root; "ls-files"; "-z" ] @ folders)
                Expect.equal listed.Exit 0 listed.Err

                let files =
                    listed.Out.Split '\000'
                    |> Array.filter (fun path -> List.contains (Path.GetExtension path) endings)
                    |> Array.map (fun path -> path, Path.Combine(Project.root, path))
                    // What was removed a moment ago may still be listed.
                    |> Array.filter (snd >> File.Exists)

                Expect.isGreaterThan files.Length 300 "they were found"

                Expect.equal
                    [
                        for path, file in files do
                            let lines = (File.ReadAllLines file).Length

                            if lines > 400 then
                                path + ": " + string<int> lines
                    ]
                    []
                    "too long: split it by subject"

            testCase
                "a new case of a union is felt: no match over one ends with a wildcard, but for those that are counted"
            <| fun () ->
                let sources =
                    [
                        for project in [ "Core"; "Cli" ] do
                            for path in onDisk project ".fs" do
                                project + "/" + path, text (Path.Combine(source project, path))
                    ]

                let sample =
                    "type Own =\n    /// A case.\n    | One of int\n    | Two\n"
                    + "match own with\n| Own.One 1 ->\n    1\n// What else there is.\n| _ -> 2\n"
                    + "match number with\n| Some _ -> 1\n| _ -> 2\n"

                Expect.equal (Wildcards.unions sample) [ "Own" ] "the sample's union"
                Expect.equal (Wildcards.places (Set [ "Own" ]) sample) [ 9 ] "the sample's wildcard, and not the other"

                let unions = sources |> List.collect (snd >> Wildcards.unions) |> Set.ofList
                Expect.isGreaterThan unions.Count 80 "unions were found"

                let found =
                    sources
                    |> List.map (fun (path, source) -> path, Wildcards.places unions source)
                    |> List.filter (fun (_, lines) -> not lines.IsEmpty)

                Expect.equal
                    [
                        for path, lines in found do
                            if lines.Length > (wildcards.TryFind path |> Option.defaultValue 0) then
                                for line in lines do
                                    path + ":" + string<int> line
                    ]
                    []
                    "list the other cases, or ask a named question that stands beside the union"

                Expect.equal
                    (found |> List.map (fun (path, lines) -> path, lines.Length) |> Map.ofList)
                    wildcards
                    "one is gone: lower its number here"

            testCase "every test that may be skipped says what it needs to run"
            <| fun () ->
                let reasons =
                    [
                        for path in
                            Directory.GetFiles(
                                Path.Combine(Project.root, "tests"),
                                "*Tests.fs",
                                SearchOption.AllDirectories
                            ) do
                            for found in Regex.Matches(text path, @"(?<![\w""])skiptest\s*\(?\s*(""[^""]*"")") do
                                found.Groups[1].Value
                    ]

                Expect.isGreaterThan reasons.Length 20 "they were found"
                Expect.equal (reasons |> List.filter (fun reason -> not (reason.StartsWith "\"needs "))) [] "reasons"

            testCase "Platform knows nothing of Codex: no name of a file, a variable or a program of it"
            <| fun () ->
                let found =
                    [
                        for path in onDisk "Platform" ".cs" do
                            let strings =
                                Regex.Matches(
                                    Regex.Replace(text (Path.Combine(source "Platform", path)), "(?m)^\\s*//.*$", ""),
                                    "\"(\\\\.|[^\"\\\\\n])*\""
                                )

                            for text in strings do
                                if
                                    Regex.IsMatch(
                                        text.Value,
                                        "codex|auth\\.json|openai|chatgpt",
                                        RegexOptions.IgnoreCase
                                    )
                                then
                                    path + ": " + text.Value
                    ]

                Expect.equal found [] "Codex in Platform"

                Expect.isFalse
                    ((text (Path.Combine(source "Platform", "CodexRouter.Platform.csproj"))).Contains "ProjectReference")
                    "Platform refers to no project"

            testCase "the picture in docs/how-it-works.md is the one that the project files give"
            <| fun () ->
                use home = new TestHome()
                let drawn = home.Run(Path.Combine(Project.root, "build/house.sh"), [])
                Expect.equal drawn.Exit 0 drawn.Err
                let page = text (Path.Combine(Project.root, "docs/how-it-works.md"))
                Expect.stringContains page drawn.Out "build/house.sh --write brings it up to date"
        ]
