#!/usr/bin/env bash
# Builds everything and runs every check. Ends with one line, "N passed, N failed", and fails if anything failed.
#
#   ./test.sh                 everything
#   ./test.sh core style      these suites only
#   ./test.sh --long          more generated cases, and the tests that take minutes
#   ./test.sh --mutants       plants known faults, one after the other, in a copy of the sources, and counts those that the
#                             tests see; with words, those faults only whose names hold one of them
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=build/compile.sh
. build/compile.sh
# shellcheck source=build/tally.sh
. build/tally.sh
# shellcheck source=build/suites.sh
. build/suites.sh
# shellcheck source=build/mutants.sh
. build/mutants.sh

usage() {
  say "usage: ./test.sh [--long] [SUITE…]   suites: $(all_suites | tr '\n' ' ')"
  say "       ./test.sh --mutants [WORD…]"
  exit 2
}

read_arguments() {
  local argument
  suites=""
  for argument in "$@"; do
    case $argument in
      --long) export CODEX_ROUTER_LONG=1 CODEX_ROUTER_CASES=10000 ;;
      *)
        all_suites | grep -x -- "$argument" >/dev/null || usage
        suites="$suites $argument"
        ;;
    esac
  done
  [ -n "$suites" ] || suites=$(all_suites | tr "\n" " ")
}

runs() { case " $suites " in *" $1 "*) ;; *) return 1 ;; esac }

announce_tests() {
  local length="ten minutes or so, and two more from scratch"
  [ "${CODEX_ROUTER_LONG:-}" != 1 ] || length="an hour or so"
  # shellcheck disable=SC2086 # words on purpose
  say "runs:" $suites "($length); logs go to out/test"
}

# The sign-ins of whoever runs the tests are none of the tests' business: any difference is a failure.
real_home_listing() {
  if [ -e "$HOME/.codex" ]; then listing_of "$HOME/.codex"; else echo "there is none"; fi
}

# Style looks at every project; otherwise only the suites asked for are built.
build_tests() {
  local suite
  if runs style; then
    quietly dotnet build CodexRouter.sln -c Release -v quiet -nodeReuse:false
    return
  fi
  for suite in $suites; do
    build_suite "$suite"
  done
}

needs_program() {
  local suite
  for suite in $suites; do if starts_program "$suite"; then return 0; fi; done
  return 1
}

build_all() {
  if needs_program; then ensure_built; fi
  local started=$SECONDS
  say "building the tests …"
  take_lock
  restore_packages
  build_tests
  release_lock
  say "built in $(seconds_since "$started")"
}

fetch_codex() {
  [ -x tests/interop/install.sh ] || return 0
  tests/interop/install.sh >&2 </dev/null || say "the real Codex could not be installed: what needs it fails or is skipped"
}

fsharp_folders() { for folder in src demo tests bench; do [ ! -d "$folder" ] || echo "$folder"; done; }

csharp_projects() { find build src tests bench -name '*.csproj' -not -path '*/obj/*' 2>/dev/null | LC_ALL=C sort; }

shell_scripts() { find . \( -name node_modules -o -name out -o -name obj -o -name bin -o -name .git \) -prune -o -name '*.sh' -print; }

zsh_files() { [ ! -d shell ] || find shell bench -type f \( -name '*.zsh' -o -name '_*' \) 2>/dev/null; }

# No file under version control may name the feed that happens to be in use here. (git grep: 1 is "found nothing".)
names_no_feed() {
  local host status=0
  case $NUGET_FEED in *://*) ;; *) return 0 ;; esac
  host=${NUGET_FEED#*://}
  git grep -nIF -- "${host%%/*}" || status=$?
  [ "$status" = 1 ]
}

check_if_there() {
  local tool=$1
  shift
  if is_there "$tool"; then check "$@"; else count_check "$1 ($tool is not here)" skipped; fi
}

check_style() {
  local project file
  # shellcheck disable=SC2046 # words on purpose
  check "F# is formatted (fantomas)" dotnet fantomas --check $(fsharp_folders)
  for project in $(csharp_projects); do
    check "C# whitespace: $project" dotnet format whitespace "$project" --verify-no-changes --no-restore
    check "C# style: $project" dotnet format style "$project" --verify-no-changes --no-restore
  done
  # shellcheck disable=SC2046 # our own names, without spaces
  check_if_there shellcheck "shell scripts (shellcheck)" shellcheck -x .ci/run $(shell_scripts)
  for file in $(zsh_files); do check_if_there zsh "zsh reads $file" zsh -n "$file"; done
  if [ -e .git ] && is_there git; then check "no package feed is named in the repository" names_no_feed; fi
}

# Several times what the slowest suite takes on a slow machine, in seconds: for what hangs, not for what is slow.
suite_limit() { echo "${CODEX_ROUTER_SUITE_LIMIT:-$([ -z "${CODEX_ROUTER_LONG:-}" ] && echo 1800 || echo 10800)}"; }

# Runs a suite, and leaves its exit code and what it took, for whoever counts.
run_suite() {
  local suite=$1 status=0 started=$SECONDS
  say "$suite …"
  run_suite_program "$suite" "$(suite_limit)" "out/test/$suite.log" || status=$?
  echo "$status $(seconds_since "$started")" >"out/test/$suite.end"
}

# A suite that was cut off before its end failed.
count_run() {
  local suite=$1 status took
  read -r status took <"out/test/$suite.end" 2>/dev/null || { status=143 took="an unknown time"; }
  count_suite "$suite" "$status" "out/test/$suite.log" "$took"
}

# A short run keeps its homes in memory where the system offers that (Linux does): thousands of homes come and go, and a disk spends
# longer on their inodes than the tests on their work. A long run takes the disk, and so does one whose TMPDIR says where.
place_for_homes() {
  if [ -z "${TMPDIR:-}" ] && [ -z "${CODEX_ROUTER_LONG:-}" ] && has_room /dev/shm; then
    echo /dev/shm
  else
    echo "${TMPDIR:-/tmp}"
  fi
}

# Two gigabytes, in 1,024-byte blocks: what the homes take that have the real Codex's packages. Programs in the homes must run.
has_room() {
  [ -d "$1" ] && [ -w "$1" ] && [ "$(df -Pk "$1" | awk 'NR == 2 { print $4 }')" -gt 2097152 ] && lets_run "$1"
}

lets_run() {
  local program status=0
  program=$(mktemp "$1/crt.XXXXXX") || return 1
  printf '#!/bin/sh\n' >"$program"
  chmod 700 "$program"
  "$program" 2>/dev/null || status=1
  rm -f "$program"
  return "$status"
}

# What the tests put into the folder for short-lived files is theirs to take away. Their own folder is short: sockets lie in it.
# Whoever a test becomes must get through it.
begin_temporary() {
  temporary=$(mktemp -d "$(place_for_homes)/crt.XXXXXX")
  chmod 755 "$temporary"
  # What cannot be removed is no failed test.
  trap '[ -z "${lane:-}" ] || kill -TERM -- "-$lane"; chmod -R u+rwX "$temporary" 2>/dev/null || true; rm -rf "$temporary" || true' EXIT
}

nothing_left() {
  local left
  left=$(find "$temporary" -mindepth 1 -maxdepth 1 \( -name 'crt-*' -o -name 'codex-router*' \))
  [ -z "$left" ] || { say "left behind: $left"; return 1; }
}

# Half of what suites take is waiting. A short run runs those beside each other that take about half of the time together: the
# checks of style and the real Codex, and everything else. A long run has one after the other, for it loads the machine itself.
runs_beside() {
  [ -z "${CODEX_ROUTER_LONG:-}" ] || return 1
  case $1 in style | interop) return 1 ;; esac
}

run_suites() {
  local suite beside=""
  begin_temporary
  export TMPDIR=$temporary
  rm -f out/test/*.end
  for suite in $suites; do
    if runs_beside "$suite"; then beside="$beside $suite"; fi
  done
  # A process group of its own, by which it can be ended with this script.
  set -m
  for suite in $beside; do run_suite "$suite"; done &
  lane=$!
  set +m
  for suite in $suites; do
    if [ "$suite" = style ]; then
      say "style …"
      check_style
    elif ! runs_beside "$suite"; then
      run_suite "$suite"
      count_run "$suite"
    fi
  done
  wait "$lane" || true
  lane=""
  for suite in $beside; do count_run "$suite"; done
  check "the tests leave nothing behind" nothing_left
}

check_real_home() {
  real_home_listing >out/test/home.after
  check "your own ~/.codex is as it was" diff "$1" out/test/home.after
}

main() {
  if [ "${1:-}" = --mutants ]; then
    shift
    test_mutants "$@"
  else
    test_suites "$@"
  fi
  closing_line
  [ "$failed" = 0 ]
}

prepare() {
  forget_this_shell
  provide_for test
  provide_wishes_for test
  quiet_dotnet
  need_dotnet
  need_feed
}

test_mutants() {
  choose_mutants "$@"
  prepare
  run_mutants
}

test_suites() {
  read_arguments "$@"
  announce_tests
  mkdir -p out/test
  real_home_listing >out/test/home.before
  prepare
  if runs interop; then fetch_codex; fi
  # Not under `if`: bash overlooks failures inside a condition.
  set +e
  (
    set -e
    build_all
  )
  build_status=$?
  set -e
  if [ "$build_status" = 0 ]; then run_suites; else count_check "everything builds" failed; fi
  check_real_home out/test/home.before
}

main "$@"
