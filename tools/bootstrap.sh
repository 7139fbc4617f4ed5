#!/bin/sh
# Makes this checkout able to run: a Node that is new enough, and the npm packages of the lock file. Does nothing, in a few
# tenths of a second, when both are there. Needs git, Node >= 20 and npm >= 10; no compiler, no root.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${ASSAY_CACHE_DIR:-$root/.cache}
case $cache in /*) ;; *) cache=$root/$cache ;; esac
export ASSAY_CACHE_DIR="$cache"
cd "$root"

fail() {
  echo "assay: $*" >&2
  exit 1
}

missing=
for command in git npm node flock sha512sum tar; do
  command -v "$command" >/dev/null 2>&1 || missing="$missing $command"
done
[ -z "$missing" ] || fail "missing:$missing. Install git, Node >= 20 and npm >= 10 (on Debian: apt-get install git util-linux coreutils tar; Node from your usual source), then run this again."

mkdir -p "$cache" "$root/.cache"
# One at a time: npm empties node_modules before it fills it.
exec 9>"$root/.cache/bootstrap.lock"
flock -n 9 || { echo "assay: waiting for another setup of this checkout" >&2 && flock 9; }

if ! sh tools/find-node.sh >/dev/null; then
  [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -ge 20 ] || fail "Node $(node --version) is too old to start from; install Node >= 20."
  [ "$(npm --version | sed 's/\..*//')" -ge 10 ] || fail "npm $(npm --version) is too old; install npm >= 10."
  sh tools/fetch-node.sh
fi
node=$(sh tools/find-node.sh) || fail "no usable Node after setup; remove $cache/node and run this again."

stamp=node_modules/.assay-installed
wanted=$(cat package-lock.json package.json packages/*/package.json services/*/package.json | sha512sum)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  # Somebody's own `npm install` of the same lock file is as good as ours.
  if ! "$node" tools/setup/installed.ts; then
    [ "$(npm --version | sed 's/\..*//')" -ge 10 ] || fail "npm $(npm --version) is too old; install npm >= 10."
    echo "assay: installing npm packages (about 800 MB on disk)" >&2
    started=$(date +%s)
    # npm runs under the Node that it came with: it finds its global settings (registry, proxy, certificates) beside that one.
    # No package needs its install script: binaries come inside packages, and onnxruntime's only adds GPU libraries.
    ONNXRUNTIME_NODE_INSTALL=skip npm ci --ignore-scripts --engine-strict=false --no-audit --no-fund --loglevel=error >&2 ||
      fail "npm ci failed (see above). If the lock file and a package.json disagree, run npm install and commit package-lock.json."
    echo "assay: npm packages installed in $(($(date +%s) - started)) s" >&2
  fi
  printf '%s\n' "$wanted" >"$stamp"
fi
