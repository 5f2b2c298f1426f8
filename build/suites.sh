# shellcheck shell=bash
# The suites: a program each, in tests/CodexRouter.<Name>.Tests. Needs build/system.sh.

all_suites() {
  local folder name
  echo style
  for folder in tests/CodexRouter.*.Tests; do
    name=${folder#tests/CodexRouter.}
    echo "${name%.Tests}" | tr '[:upper:]' '[:lower:]'
  done
}

# Gives the folder of a suite; its name is written in capitals there.
folder_of() {
  local folder
  for folder in tests/CodexRouter.*.Tests; do
    [ "$(echo "$folder" | tr '[:upper:]' '[:lower:]')" != "tests/codexrouter.$1.tests" ] || echo "$folder"
  done
}

# Suites that never start the program do not wait for it.
starts_program() { case $1 in style | core | platform | build) return 1 ;; esac; }

# The suites meet only their own throw-away homes, whatever the calling shell is pinned to.
forget_this_shell() {
  unset CODEX_HOME CODEX_API_KEY CODEX_ACCESS_TOKEN CODEX_ROUTER_ROOT CODEX_ROUTER_CODEX CODEX_ROUTER_DISABLE \
    CODEX_ROUTER_QUIET CODEX_ROUTER_PROFILE CODEX_ROUTER_PROMPT CODEX_ROUTER_PROMPT_LEVEL CODEX_ROUTER_PS1 \
    CODEX_ROUTER_REFRESH
}

# Where the runtime is that a test program needs: beside the dotnet command, links resolved.
dotnet_folder() {
  local command
  command=$(command -v dotnet)
  while [ -L "$command" ]; do
    case $(readlink "$command") in
      /*) command=$(readlink "$command") ;;
      *) command=${command%/*}/$(readlink "$command") ;;
    esac
  done
  (cd "${command%/*}" && pwd -P)
}

build_suite() { quietly dotnet build "$(folder_of "$1")" -c Release -v quiet -nodeReuse:false; }

# Runs a suite, or a part of it, for at most so many seconds; what it says goes into a log, and its results into an .xml beside.
run_suite_program() {
  local suite=$1 limit=$2 log=$3 folder name
  shift 3
  folder=$(folder_of "$suite")
  name=${folder#tests/}
  # The program itself, not dotnet with its .dll: suites start themselves again in other roles.
  DOTNET_ROOT=$(dotnet_folder) within "$limit" "$folder/bin/Release/net10.0/$name" --colours 0 --no-spinner \
    --junit-summary "${log%.log}.xml" "$@" >"$log" 2>&1 </dev/null
}
