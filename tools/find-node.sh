#!/bin/sh
# Prints the path of a Node that runs Assay's TypeScript as it stands (24.3 or newer): the one on PATH, else the one that
# bootstrap.sh put into the cache. Prints nothing and exits 1 when there is neither.
set -eu

tools=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${ASSAY_CACHE_DIR:-$tools/../.cache}

new_enough() {
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  [ "$major" -gt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -ge 3 ]; }
}

system=$(command -v node || true)
if [ -n "$system" ] && new_enough "$system"; then
  printf '%s\n' "$system"
elif new_enough "$cache/bin/node"; then
  printf '%s\n' "$cache/bin/node"
else
  exit 1
fi
