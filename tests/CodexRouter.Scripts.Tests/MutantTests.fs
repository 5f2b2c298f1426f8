module CodexRouter.Scripts.Tests.MutantTests

open System.IO
open CodexRouter.Testing
open Expecto
open CodexRouter.Scripts.Tests

/// A stand-in for `dotnet`: sources with the word "broken" do not build, and the suite that it builds has a test that sees
/// the word "wrong", one that does not, one that is always red, and one that never comes to its end.
let private dotnet =
    """case $1 in
  nuget) echo "E a feed" ;;
  build)
    if grep -q broken src/Program.fs; then exit 1; fi
    mkdir -p "$2/bin/Release/net10.0"
    cat >"$2/bin/Release/net10.0/CodexRouter.Core.Tests" <<'END'
#!/bin/sh
for filter; do :; done
ok=1 bad=0
case $filter in
  "sees it") if grep -q wrong src/Program.fs; then ok=0 bad=1; fi ;;
  "is always red") ok=0 bad=1 ;;
  "dies of it") if grep -q wrong src/Program.fs; then exit 1; fi ;;
  "does not see it") ;;
  *) ok=0 ;;
esac
echo "EXPECTO! 1 tests run in 00:00:00.01 for Core – $ok passed, 0 ignored, $bad failed, 0 errored."
exit $bad
END
    chmod 755 "$2/bin/Release/net10.0/CodexRouter.Core.Tests" ;;
esac"""

/// Tries a fault that turns a line of a source into another, with a filter of tests; gives what was said, and the tally.
let private trying (before: string, after: string) (filter: string) =
    use workshop = new Workshop()
    workshop.PutTool("dotnet", dotnet)
    workshop.Write("tests/CodexRouter.Core.Tests/Main.fs", "")
    workshop.Write("src/Program.fs", "a line\nright\nthe last\n")

    workshop.Write(
        "tests/mutants/a-fault.patch",
        "Suite: core\nTests: "
        + filter
        + "\nWhy: made up\n\ndiff --git a/src/Program.fs b/src/Program.fs\n--- a/src/Program.fs\n+++ b/src/Program.fs\n"
        + "@@ -1,3 +1,3 @@\n a line\n-"
        + before
        + "\n+"
        + after
        + "\n the last\n"
    )

    let outcome =
        workshop.Bash ". build/suites.sh; . build/mutants.sh; need_feed; choose_mutants; run_mutants; closing_line"

    Expect.equal outcome.Exit 0 outcome.Err
    let source path = File.ReadAllText(workshop.File path)
    Expect.equal (source "src/Program.fs") "a line\nright\nthe last\n" "the sources are not touched"

    Expect.equal
        (source "out/mutants/copy/src/Program.fs")
        "a line\nright\nthe last\n"
        "the copy is as it was before the next fault"

    outcome.Err, outcome.Out

let private ends (ending: string) (tally: string) (said: string, counted: string) =
    Expect.stringContains said ("  " + ending + ": a-fault") "what became of it"
    Expect.equal counted (tally + "\n") "the tally"

let private fault = "right", "wrong"

let tests =
    testList
        "planted faults"
        [
            test "a fault that its tests see is caught" { trying fault "sees it" |> ends "caught" "1 passed, 0 failed" }

            test "a fault that no test sees has survived, and is a failure that names the test" {
                let said, counted = trying fault "does not see it"
                ends "SURVIVED" "0 passed, 1 failed" (said, counted)
                Expect.stringContains said "'does not see it' is green" "which test"
            }

            test "a fault that does not fit the sources any more is a failure that says so" {
                trying ("gone", "wrong") "sees it" |> ends "did not apply" "0 passed, 1 failed"
            }

            test "what the compiler refuses is not caught" {
                trying ("right", "broken") "sees it"
                |> ends "did not build" "0 passed, 1 failed"
            }

            test "a suite that never comes to its end has caught nothing" {
                let said, counted = trying fault "dies of it"
                ends "SURVIVED" "0 passed, 1 failed" (said, counted)
                Expect.stringContains said "'dies of it' ended early" "how it ended"
            }

            test "a test that is red without the fault, or is not there, shows nothing" {
                trying fault "is always red" |> ends "not tried" "0 passed, 1 failed"
                trying fault "is nowhere" |> ends "not tried" "0 passed, 1 failed"
            }

            test "a word that no fault's name holds is refused, with the names that there are" {
                use workshop = new Workshop()
                workshop.Write("tests/mutants/a-fault.patch", "Suite: core\nTests: x\nWhy: made up\n")
                let outcome = workshop.Run("test.sh", [ "--mutants"; "another" ])
                Expect.equal outcome.Exit 2 outcome.Err
                Expect.stringContains outcome.Err "  a-fault: made up" "those that there are"
            }

            test "every fault of the project names its suite, its tests and what it would do" {
                let files =
                    Directory.GetFiles(Path.Combine(Project.root, "tests/mutants"), "*.patch")

                Expect.isGreaterThan files.Length 30 "there are some"

                for file in files do
                    let head =
                        File.ReadAllLines file
                        |> Array.takeWhile (fun line -> not (line.StartsWith "diff "))

                    for key in [ "Suite: "; "Tests: "; "Why: " ] do
                        Expect.exists head _.StartsWith(key) (file + " has a line " + key)
            }

            test "every fault of the project can be planted in the sources as they are now" {
                use home = new TestHome()

                let check =
                    "cd \"$PROJECT\" && for patch in tests/mutants/*.patch; do git apply --check \"$patch\" || echo \"$patch\"; done"

                let outcome =
                    home.Run("/bin/sh", [ "-c"; check ], environment = [ "PROJECT", Project.root ])

                Expect.equal outcome.Out "" outcome.Err
            }
        ]
