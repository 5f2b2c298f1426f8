#!/usr/bin/env bash
# Brings paket.lock up to date with paket.dependencies, without leaving this machine's feed in it.
#
#   build/update-packages.sh              after an edit of paket.dependencies (paket install)
#   build/update-packages.sh --newest     every package to the newest version allowed (paket update)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=build/compile.sh
. build/compile.sh

command=install
case ${1:-} in
  "") ;;
  --newest) command=update ;;
  *)
    say "usage: build/update-packages.sh [--newest]"
    exit 2
    ;;
esac

quiet_dotnet
need_dotnet
need_feed
dotnet tool restore >&2
# Whatever Paket comes to, the lock file names no feed afterwards.
trap hide_feed EXIT
dotnet paket "$command" >&2
