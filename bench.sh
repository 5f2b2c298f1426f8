#!/usr/bin/env bash
# Measures the program and the prompt against baselines of the same run, and prints a table of ratios and goals.
# No figure fails anything: clocks are for people to read.
#
#   ./bench.sh                       everything (a few minutes)
#   ./bench.sh prompt --rounds 500   one part, with more rounds: commands, prompt, growth, quota
#   ./bench.sh --against PROJECT     beside the program that was built in another copy of the project, an earlier commit's say
#   ./bench.sh --write               puts the table into docs/performance.md
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=build/compile.sh
. build/compile.sh

build_bench() {
  quiet_dotnet
  take_lock
  restore_packages
  quietly dotnet build bench/CodexRouter.Bench -c Release -v quiet -nodeReuse:false
  release_lock
}

provide_for bench
ensure_built
say "building the measurements …"
(build_bench)
if [ -x tests/interop/install.sh ]; then
  tests/interop/install.sh >&2 </dev/null || say "without the real Codex, nothing is compared with it"
fi
say "measuring …"
exec dotnet bench/CodexRouter.Bench/bin/Release/net10.0/CodexRouter.Bench.dll "$PWD" "$@"
