#!/bin/sh
# Installs the releases of the real Codex CLI that the interop tests run into tests/interop/node_modules: the exact
# versions and checksums of package-lock.json, by `npm ci`. Once they are there, nothing is done and no network is used.
#
#   install.sh           installs what is missing
#   install.sh --check   only tells, by its exit code, whether all is there
set -eu

cd "$(dirname "$0")"

# The copy of the lock file is written last: an installation that was interrupted is begun again.
if cmp -s package-lock.json node_modules/.installed; then
  exit 0
fi

if [ "${1-}" = --check ]; then
  exit 1
fi

if ! command -v npm >/dev/null 2>&1; then
  echo "tests/interop/install.sh: npm is not installed, and the interop tests need it once to fetch the real Codex CLI." >&2
  echo "try: install Node.js (it brings npm), or leave the interop tests out" >&2
  exit 1
fi

echo "Installing the real Codex CLI into tests/interop/node_modules (some hundred megabytes, once)..." >&2
if ! npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2; then
  echo "tests/interop/install.sh: npm could not install the packages named in tests/interop/package-lock.json." >&2
  echo "try: npm ping, to see whether npm reaches its registry" >&2
  exit 1
fi

cp package-lock.json node_modules/.installed
