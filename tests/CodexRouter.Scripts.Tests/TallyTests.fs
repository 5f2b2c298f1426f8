module CodexRouter.Scripts.Tests.TallyTests

open Expecto
open CodexRouter.Scripts.Tests

let private closing =
    "\u001b[0m[03:27:44 INF] EXPECTO! 14 tests run in 00:00:00.0098244 for Core – 11 passed, 2 ignored, 1 failed, 0 errored.  <Expecto>"

/// Gives the last line after one suite with this exit code and log was counted.
let private sumOf (exitCode: int) (log: string) =
    use workshop = new Workshop()
    workshop.Write("log", log)

    let outcome =
        workshop.Bash("count_suite core " + string<int> exitCode + " log '1 s'; closing_line")

    Expect.equal outcome.Exit 0 outcome.Err
    outcome.Out

let tests =
    testList
        "counting"
        [
            test "takes a suite's counts from its own closing line" {
                Expect.equal
                    (sumOf 1 ("EXPECTO? Running tests...\n" + closing + "\n\u001b[0m\n"))
                    "11 passed, 1 failed, 2 skipped\n"
                    ""
            }

            test "lists what was skipped, each with what would run it" {
                use workshop = new Workshop()
                workshop.Write("core.log", closing.Replace("1 failed", "0 failed"))

                workshop.Write(
                    "core.xml",
                    "<testsuites><testsuite name=\"x\"><testcase name=\"Core.it runs\" time=\"0.1\" /><testcase name=\"Core.a &lt;b&gt;\" time=\"0.000\"><skipped message=\"needs &quot;zsh&quot;: apt-get install zsh\" /></testcase></testsuite></testsuites>"
                )

                let outcome = workshop.Bash "count_suite core 0 core.log '1 s'"
                Expect.equal outcome.Exit 0 outcome.Err

                Expect.stringEnds
                    outcome.Err
                    "    skipped: Core.a <b>: needs \"zsh\": apt-get install zsh\n"
                    "that one alone"

                Expect.isFalse (outcome.Err.Contains "it runs") "not the others"
            }

            test "takes counts of a thousand and more" {
                Expect.equal
                    (sumOf 1 (closing.Replace("11 passed", "1,450 passed").Replace("14 tests", "1,453 tests")))
                    "1450 passed, 1 failed, 2 skipped\n"
                    ""
            }

            test "counts an errored test as failed" {
                Expect.equal (sumOf 2 (closing.Replace("0 errored", "3 errored"))) "11 passed, 4 failed, 2 skipped\n" ""
            }

            test "a suite that died before its closing line has failed" {
                Expect.equal (sumOf 139 "EXPECTO? Running tests...\n") "0 passed, 1 failed\n" ""
                Expect.equal (sumOf 0 "") "0 passed, 1 failed\n" "even if it says that all is well"
            }

            test "a suite that ran nothing has failed" {
                let nothing =
                    "EXPECTO! 0 tests run in 00:00:00.01 for x – 0 passed, 0 ignored, 0 failed, 0 errored. Success!"

                Expect.equal (sumOf 0 nothing) "0 passed, 1 failed\n" ""
            }

            test "a suite that fails though none of its tests did has failed" {
                let fine =
                    "EXPECTO! 3 tests run in 00:00:00.01 for x – 3 passed, 0 ignored, 0 failed, 0 errored. Success!"

                Expect.equal (sumOf 0 fine) "3 passed, 0 failed\n" "well"
                Expect.equal (sumOf 1 fine) "3 passed, 1 failed\n" "not well"
            }

            test "a suite that hangs is ended, with what it started, and is one failed test with its name" {
                use workshop = new Workshop()

                let outcome =
                    workshop.Bash
                        """status=0
within 1 sh -c 'sleep 60 & echo $! >child; wait' >log 2>&1 || status=$?
count_suite core "$status" log '1 s'; closing_line
kill -0 "$(cat child)" 2>/dev/null && ps -o stat= -p "$(cat child)" | grep -v Z || echo ended"""

                Expect.equal outcome.Out "0 passed, 1 failed\nended\n" outcome.Err
                Expect.stringContains outcome.Err "core hung" "named"
            }

            test "within its limit a program's own exit code counts" {
                use workshop = new Workshop()

                let outcome =
                    workshop.Bash "status=0; within 60 sh -c 'exit 7' || status=$?; echo $status"

                Expect.equal outcome.Out "7\n" outcome.Err
            }

            test "a program gets its signals, also where whoever started it ignores them" {
                use workshop = new Workshop()

                let outcome =
                    workshop.Bash
                        """trap '' HUP INT QUIT
for signal in HUP INT QUIT; do within 60 sh -c "kill -$signal \$\$; echo ignored" 2>/dev/null || echo "$signal $?"; done"""

                Expect.equal outcome.Out "HUP 129\nINT 130\nQUIT 131\n" outcome.Err
            }

            test "sees any change in a folder, and none where there is none" {
                use workshop = new Workshop()

                let outcome =
                    workshop.Bash
                        """mkdir "$HOME/.codex"; echo a >"$HOME/.codex/auth.json"
listing_of "$HOME/.codex" >1; listing_of "$HOME/.codex" >2; cmp 1 2 && echo same
echo bc >"$HOME/.codex/auth.json"; listing_of "$HOME/.codex" >3; cmp -s 1 3 || echo changed
rm "$HOME/.codex/auth.json"; listing_of "$HOME/.codex" >4; cmp -s 3 4 || echo gone"""

                Expect.equal outcome.Out "same\nchanged\ngone\n" outcome.Err
            }
        ]
