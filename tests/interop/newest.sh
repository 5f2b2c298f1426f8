#!/bin/sh
# Installs the newest release of the real Codex CLI beside the pinned ones and gives its version. The package file and its lock stay
# as they are; the next `npm ci` takes it away again.
set -eu

cd "$(dirname "$0")"
npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error codex-newest@npm:@openai/codex@latest >&2
sed -n 's/^  "version": "\(.*\)",*$/\1/p' node_modules/codex-newest/package.json
