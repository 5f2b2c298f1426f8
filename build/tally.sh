# shellcheck shell=bash
# Counts what passed, failed and was skipped, over suites and single checks alike. Needs build/system.sh.

passed=0
failed=0
skipped=0

# Reports one named check that is not a test program.
count_check() {
  case $2 in
    passed) passed=$((passed + 1)) ;;
    skipped) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
  say "  $2: $1"
}

# Runs a command as one check; what it printed is shown only when it failed.
check() {
  local name=$1
  shift
  if quietly "$@"; then count_check "$name" passed; else count_check "$name" failed; fi
}

# Becomes a program on which signals have their usual effect, also where whoever started this ignores some, as nohup and a
# script's "&" do: the tests send them.
with_usual_signals() {
  if env --default-signal=INT true 2>/dev/null; then
    exec env --default-signal=HUP,INT,QUIT,TERM "$@"
  elif perl -e 1 2>/dev/null; then
    # shellcheck disable=SC2016 # perl's own
    exec perl -e '$SIG{$_} = "DEFAULT" for qw(HUP INT QUIT TERM); exec { $ARGV[0] } @ARGV' "$@"
  else
    exec "$@"
  fi
}

# Runs a program for at most so many seconds, then ends it and what it started, and gives 124, as `timeout` does, which
# is not on macOS. Job control gives the program a process group of its own.
within() (
  limit=$1
  shift
  set +e -m
  with_usual_signals "$@" &
  program=$!
  trap 'kill -KILL -- "-$program" 2>/dev/null; exit 143' TERM HUP
  trap 'kill -KILL -- "-$program" 2>/dev/null; exit 130' INT
  waited=0
  # A program that is a moment old is asked after often: most commands are short.
  until ! kill -0 "$program" 2>/dev/null; do
    if [ "$waited" -ge "$((limit * 5))" ]; then
      kill -KILL -- "-$program" 2>/dev/null
      wait "$program" 2>/dev/null
      exit 124
    fi
    sleep 0.2
    waited=$((waited + 1))
  done
  wait "$program" 2>/dev/null
)

# Gives "passed ignored failed errored" from the closing line of an Expecto run, or nothing when it never came to one. From a
# thousand on there is a mark between the digits:
#   … EXPECTO! 12 tests run in 00:00:01.2 for Core – 11 passed, 1 ignored, 0 failed, 0 errored. Success! …
expecto_counts() {
  LC_ALL=C sed -n 's/^.*EXPECTO! .* \([0-9][^ ]*\) passed, \([0-9][^ ]*\) ignored, \([0-9][^ ]*\) failed, \([0-9][^ ]*\) errored.*$/\1 \2 \3 \4/p' "$1" |
    tail -n 1 | LC_ALL=C tr -cd '0-9 '
}

# Gives "NAME: REASON" for each test that a suite skipped, from its results in JUnit's XML.
skipped_tests() {
  tr '<' '\n' <"$1" | awk '
    /^testcase / { name = $0; sub(/^testcase name="/, "", name); sub(/".*/, "", name) }
    /^skipped/ { why = $0; sub(/^skipped message="/, "", why); sub(/".*/, "", why); print name ": " why }' |
    sed -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&quot;/"/g' -e "s/&apos;/'/g" -e 's/&#x[AaDd];/ /g' -e 's/&amp;/\&/g'
}

# Adds a suite's own counts. A suite that ended early, ran nothing, or failed without saying where is a failure.
count_suite() {
  local name=$1 status=$2 log=$3 took=$4 counts ok ignored bad broken
  counts=$(expecto_counts "$log")
  # shellcheck disable=SC2086 # words on purpose
  set -- ${counts:-0 0 0 0}
  ok=$1 ignored=$2 bad=$3 broken=$4
  bad=$((bad + broken))
  if [ "$status" = 124 ]; then
    say "  $name hung: it was ended after its time limit"
    bad=$((bad + 1))
  elif [ -z "$counts" ]; then
    say "  $name ended (exit code $status) before its closing line"
    bad=1
  elif [ "$((ok + bad))" = 0 ]; then
    say "  $name ran no test"
    bad=1
  elif [ "$status" != 0 ] && [ "$bad" = 0 ]; then
    say "  $name failed (exit code $status) though no test of it did"
    bad=1
  fi
  [ "$bad" = 0 ] || cat "$log" >&2
  passed=$((passed + ok))
  failed=$((failed + bad))
  skipped=$((skipped + ignored))
  say "  $name: $ok passed, $bad failed, $ignored skipped in $took"
  if [ "$ignored" != 0 ] && [ -f "${log%.log}.xml" ]; then skipped_tests "${log%.log}.xml" | sed 's/^/    skipped: /' >&2; fi
}

# The one line that sums it all up, on stdout.
closing_line() {
  local skips=""
  [ "$skipped" = 0 ] || skips=", $skipped skipped"
  echo "$passed passed, $failed failed$skips"
}
