# shellcheck shell=bash
# Planted faults. Each patch in tests/mutants puts one fault into the sources and names the tests that must see it: that
# they are green without it and red with it shows that they can fail. All of it happens in a copy of the sources, which
# stays for the next time, so that each fault costs one small build.
# Needs build/compile.sh, build/tally.sh and build/suites.sh.

mutants_copy=out/mutants/copy
mutants_log=out/mutants/log

# Gives the values of a line `Key: value` above a patch's changes, one a line.
said_in() { sed -n -e "s/^$2: //p" -e '/^diff /q' "$1"; }

mutant_name() { basename "$1" .patch; }

# Those of one suite come together: there is less to build from one to the next.
all_mutants() {
  local file
  for file in tests/mutants/*.patch; do
    [ ! -e "$file" ] || echo "$(said_in "$file" Suite) $file"
  done | LC_ALL=C sort | cut -d ' ' -f 2
}

# Gives the patches whose names hold one of the words; all of them without words.
chosen_mutants() {
  local file word
  for file in $(all_mutants); do
    [ "$#" -gt 0 ] || echo "$file"
    for word in "$@"; do
      case $(mutant_name "$file") in *"$word"*)
        echo "$file"
        break
        ;;
      esac
    done
  done
}

# Everything that builds and tests read, and nothing that they make.
sources_in() {
  (cd "$1" && find . \( -name .git -o -name bin -o -name obj -o -name out -o -name node_modules -o -name paket-files \
    -o -path ./tests/interop/codex \) -prune -o -type f -print | LC_ALL=C sort)
}

# Makes the copy hold what the sources hold now, whatever an interrupted run left in it. What is the same stays untouched,
# so that what was built of it stays good.
update_mutants_copy() {
  local file
  mkdir -p "$mutants_copy" "$mutants_log"
  sources_in . >out/mutants/sources
  sources_in "$mutants_copy" | LC_ALL=C comm -13 out/mutants/sources - | while IFS= read -r file; do rm -f "$mutants_copy/$file"; done
  while IFS= read -r file; do
    cmp -s "$file" "$mutants_copy/$file" && continue
    mkdir -p "$mutants_copy/${file%/*}"
    rm -f "$mutants_copy/$file"
    cp "$file" "$mutants_copy/$file"
  done <out/mutants/sources
}

# Patches the copy, by what it holds itself: sources may change meanwhile. Git must not find the repository around it, or it would pass over what is outside its own folder.
patch_copy() {
  local patch=$1 around
  shift
  around=$(cd "$mutants_copy/.." && pwd -P)
  (cd "$mutants_copy" && GIT_CEILING_DIRECTORIES=$around git apply --whitespace=nowarn "$@" "$patch")
}

# Some suites want the program to be there even for tests that never start it: for those any will do.
needs_program_for() {
  starts_program "$(said_in "$1" Suite)" || return 1
  [ "$(said_in "$1" Program)" != no ] || [ ! -x "$mutants_copy/out/bin/codex-router" ]
}

# What a mutant's tests need that is built.
builds_for() { echo "$(said_in "$1" Suite)$(if needs_program_for "$1"; then echo " and the program"; fi)"; }

# Builds in the copy what a mutant's tests need. The program is the one that is quick to build.
build_for_mutant() (
  suite=$(said_in "$1" Suite)
  if needs_program_for "$1"; then program=1; else program=""; fi
  cd "$mutants_copy" || exit 1
  if [ -n "$program" ]; then (CODEX_ROUTER_NO_NATIVE=1 ensure_built) || exit 1; fi
  build_suite "$suite"
)

# Gives how some tests of a suite end in the copy: green, red, none (no test of that name), died, hung. Only tests that
# ran to their end and failed are red.
colour_of() (
  patch=$1 filter=$2 log=$PWD/$3
  suite=$(said_in "$patch" Suite)
  cases=$(said_in "$patch" Cases)
  cd "$mutants_copy" || exit 1
  status=0
  CODEX_ROUTER_CASES=$cases run_suite_program "$suite" 600 "$log" --filter-test-case "$filter" || status=$?
  counts=$(expecto_counts "$log")
  # shellcheck disable=SC2086 # words on purpose
  set -- ${counts:-0 0 0 0}
  if [ "$status" = 124 ]; then
    echo hung
  elif [ -z "$counts" ]; then
    echo died
  elif [ "$(($3 + $4))" -gt 0 ]; then
    echo red
  elif [ "$1" = 0 ]; then
    echo none
  elif [ "$status" != 0 ]; then
    echo died
  else
    echo green
  fi
)

# Says in words what keeps a mutant's tests from being taken at their word; nothing when each ends as it should.
unlike() {
  local patch=$1 wanted=$2 log=$3 filter colour
  said_in "$patch" Tests | while IFS= read -r filter; do
    colour=$(colour_of "$patch" "$filter" "$log")
    [ "$colour" = "$wanted" ] && continue
    case $colour in
      none) echo "no test is called '$filter'" ;;
      died) echo "'$filter' ended early" ;;
      *) echo "'$filter' is $colour" ;;
    esac
  done
}

count_mutant() {
  local name=$1 end=$2 why
  # Several lines, on one.
  why=$(echo "${3:-}" | tr '\n' ' ')
  why=${why% }
  if [ "$end" = caught ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  say "  $end: $name${why:+ ($why)}"
}

# Builds what is not built yet for one of the mutants before.
build_once_for() {
  grep -qxF "$(builds_for "$1")" out/mutants/built && return 0
  build_for_mutant "$1" && builds_for "$1" >>out/mutants/built
}

# Says why a mutant's tests would show nothing: they have to be green in the sources as they are.
why_not_tried() {
  local patch=$1 suite name
  suite=$(said_in "$patch" Suite)
  name=$(mutant_name "$patch")
  if [ -z "$suite" ] || [ -z "$(said_in "$patch" Tests)" ] || [ -z "$(said_in "$patch" Why)" ]; then
    echo "it lacks a line of Suite, Tests and Why"
  elif [ -z "$(folder_of "$suite")" ]; then
    echo "there is no suite $suite"
  elif ! build_once_for "$patch" >"$mutants_log/$name.log" 2>&1; then
    echo "the sources do not build without it: see $mutants_log/$name.log"
  else
    unlike "$patch" green "$mutants_log/$name.log" | sed 's/$/, without it/'
  fi
}

# A compile error is not a test that sees a fault, and neither is a suite that never came to its end.
try_mutant() {
  local patch=$1 name log why
  name=$(mutant_name "$patch")
  log=$mutants_log/$name.log
  if ! patch_copy "$patch" 2>"$log"; then
    count_mutant "$name" "did not apply" "see $log"
    return
  fi
  if ! build_for_mutant "$patch" >"$log" 2>&1; then
    count_mutant "$name" "did not build" "see $log"
  else
    why=$(unlike "$patch" red "$log")
    if [ -z "$why" ]; then count_mutant "$name" caught; else count_mutant "$name" SURVIVED "$why"; fi
  fi
  # What was patched is as it was again, and new enough to be built anew.
  patch_copy "$patch" -R || give_up "$mutants_copy could not be put back" "rm -r $mutants_copy"
}

# Leaves the patches to try in chosen_patches, or says which there are.
choose_mutants() {
  local word file
  for word in "$@"; do
    [ -n "$(chosen_mutants "$word")" ] && continue
    say "usage: ./test.sh --mutants [WORD…]   the faults whose names hold one of the words; there are:"
    for file in $(all_mutants); do say "  $(mutant_name "$file"): $(said_in "$file" Why)"; done
    exit 2
  done
  chosen_patches=$(chosen_mutants "$@")
}

run_mutants() {
  local trusted="" patch why
  say "plants faults in a copy of the sources (about a minute each; logs go to $mutants_log)"
  update_mutants_copy
  (cd "$mutants_copy" && restore_packages) || give_up "the packages could not be fetched"
  say "without them …"
  : >out/mutants/built
  for patch in $chosen_patches; do
    why=$(why_not_tried "$patch")
    if [ -z "$why" ]; then trusted="$trusted $patch"; else count_mutant "$(mutant_name "$patch")" "not tried" "$why"; fi
  done
  say "with each of them …"
  for patch in $trusted; do try_mutant "$patch"; done
}
