#!/usr/bin/env bash
# Writes what is made from the program's table of commands: the completion for zsh, docs/commands.md and the manual page.
# A test compares them.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=build/compile.sh
. build/compile.sh

ensure_built
quiet_dotnet
quietly dotnet build tests/CodexRouter.Cli.Tests -c Release -v quiet -nodeReuse:false
CODEX_ROUTER_WRITE=1 quietly dotnet tests/CodexRouter.Cli.Tests/bin/Release/net10.0/CodexRouter.Cli.Tests.dll \
  --no-spinner --filter-test-list "the table of commands"
