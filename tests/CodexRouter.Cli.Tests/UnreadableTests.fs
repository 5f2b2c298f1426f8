/// One file that cannot be read is one profile's state, never everything's.
module CodexRouter.Cli.Tests.UnreadableTests

open System
open System.IO
open System.Text.Json
open CodexRouter.Testing
open Expecto

/// Runs bound by modes, as everybody but root is.
let private ordinary (person: Person) words =
    if Environment.UserName <> "root" then
        person.Run words
    elif OperatingSystem.IsLinux() then
        person.Start("setpriv", [ "--bounding-set=-dac_override,-dac_read_search"; Project.program ] @ words)
    else
        skiptest "needs a user whom modes bind: run the tests as an ordinary user"

let private close (path: string) =
    File.SetUnixFileMode(path, UnixFileMode.None)

let private goesOn (outcome: Outcome) =
    Expect.equal outcome.Exit 0 (Outcome.describe outcome)
    outcome.Out

/// Every `try:` line can be typed, and none says doctor of itself.
let private namesTheWayOut (file: string) (outcome: Outcome) =
    Expect.equal outcome.Exit 1 (Outcome.describe outcome)
    Expect.stringContains (outcome.Out + outcome.Err) file "names the file"
    Expect.stringContains (outcome.Out + outcome.Err) ("try: chmod u+rw " + file) "the command that helps"
    Expect.isFalse ((outcome.Out + outcome.Err).Contains "try: codex-router doctor\n") "no circle"

let private stateOf name (json: string) =
    use document = JsonDocument.Parse json

    document.RootElement.GetProperty("profiles").EnumerateArray()
    |> Seq.find (fun profile -> profile.GetProperty("name").GetString() = name)
    |> fun profile -> profile.GetProperty("state").GetString()

let tests =
    testList
        "unreadable files"
        [
            promise "a sign-in: the profile is unreadable, all else goes on" (fun person ->
                person.Has(both @ [ "carol", carol ])
                let file = person.In "profiles/bob/auth.json"
                close file
                Expect.stringContains (ordinary person [ "list" ] |> goesOn) "unreadable" "said in the list"

                Expect.equal
                    (ordinary person [ "list"; "--json" ] |> goesOn |> stateOf "bob")
                    "unreadable"
                    "and to programs"

                ordinary person [ "current" ] |> goesOn |> ignore
                ordinary person [ "switch"; "carol" ] |> goesOn |> ignore
                ordinary person [ "switch"; "bob" ] |> namesTheWayOut file
                ordinary person [ "doctor" ] |> namesTheWayOut file
                let quota = ordinary person [ "quota"; "--all"; "--offline" ]
                Expect.stringContains (quota.Out + quota.Err) "carol" (Outcome.describe quota)
                Expect.stringContains (quota.Out + quota.Err) ("cannot read " + file) "one profile's answer"
                // After the advised command all is well.
                (person.Shell("chmod u+rw " + file)).Exit |> ignore
                ordinary person [ "switch"; "bob" ] |> goesOn |> ignore)

            promise "a home that may not be entered is one profile's state" (fun person ->
                person.Has(both @ [ "carol", carol ])
                close (person.In "profiles/bob")
                Expect.stringContains (ordinary person [ "list" ] |> goesOn) "unreadable" "said in the list"
                ordinary person [ "switch"; "carol" ] |> goesOn |> ignore
                let doctor = ordinary person [ "doctor" ]

                Expect.stringContains
                    doctor.Out
                    ("try: chmod u+rwx " + person.In "profiles/bob")
                    (Outcome.describe doctor)

                File.SetUnixFileMode(
                    person.In "profiles/bob",
                    UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute
                ))

            for name in [ "aliases"; "previous"; "lock"; "allowed" ] do
                promise ("router/" + name + ": commands go on, and doctor names it") (fun person ->
                    person.Has both
                    person.Does [ "alias"; "bob"; "office" ] |> ignore
                    person.Does [ "pin"; "bob" ] |> ignore
                    person.Does [ "switch"; "bob" ] |> ignore
                    let file = person.In("router/" + name)
                    close file
                    ordinary person [ "doctor" ] |> namesTheWayOut file

                    for words in [ [ "list" ]; [ "current" ]; [ "which" ]; [ "switch"; "alice" ] ] do
                        ordinary person words |> goesOn |> ignore)

            promise "a list of allowed pins that cannot be read is not replaced by one that knows less" (fun person ->
                person.Has both
                person.Does [ "pin"; "bob" ] |> ignore
                let file = person.In "router/allowed"
                let before = File.ReadAllText file
                close file
                ordinary person [ "pin"; "alice" ] |> namesTheWayOut file
                File.SetUnixFileMode(file, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
                Expect.equal (File.ReadAllText file) before "as it was")

            promise "a record that cannot be read is not replaced by one that knows less" (fun person ->
                person.Has both
                person.Does [ "alias"; "bob"; "office" ] |> ignore
                let file = person.In "profiles/bob/profile.json"
                let before = Whole.bytes file
                close file
                ordinary person [ "switch"; "bob" ] |> goesOn |> ignore
                ordinary person [ "doctor" ] |> namesTheWayOut file
                File.SetUnixFileMode(file, UnixFileMode.UserRead ||| UnixFileMode.UserWrite)
                Expect.equal (Whole.bytes file) before "as it was")

            promise "Codex's own lock at mode 000" (fun person ->
                person.Has both
                person.Does [ "switch"; "bob" ] |> ignore
                close (person.In "auth.lock")
                ordinary person [ "doctor" ] |> namesTheWayOut (person.In "auth.lock")
                ordinary person [ "switch"; "alice" ] |> goesOn |> ignore)
        ]
