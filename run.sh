#!/usr/bin/env bash
# Builds the program if anything changed, and runs it: ./run.sh list --json
#
#   ./run.sh demo    shows it at work in a throw-away folder, with sample accounts and a stand-in for the provider
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=build/compile.sh
. "$project/build/compile.sh"
# shellcheck source=build/demo.sh
. "$project/build/demo.sh"

# In subshells: the program must start in the caller's folder, not in the project's.
if [ "${1:-}" = demo ]; then
  shift
  # What the demo needs is got, or named, before a build that takes minutes and not after it.
  provide_for demo
  (
    cd "$project"
    ensure_built
    ensure_demo_built
  )
  exec dotnet "$project/out/demo/CodexRouter.Demo.dll" "$project/out/bin/codex-router" \
    "$project/out/share/codex-router/codex-router.plugin.zsh" "$@"
fi

(cd "$project" && ensure_built)

exec "$project/out/bin/codex-router" "$@"
