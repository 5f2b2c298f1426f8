#!/usr/bin/env bash
# Builds the program if anything changed, and runs it: ./run.sh list --json
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=build/compile.sh
. "$project/build/compile.sh"

# What the demo needs is got, or named, before a build that takes minutes and not after it.
if [ "${1:-}" = demo ]; then provide_for demo; fi

# In a subshell: the program must start in the caller's folder, not in the project's.
(cd "$project" && ensure_built)

exec "$project/out/bin/codex-router" "$@"
