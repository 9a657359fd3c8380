#!/bin/sh
# Write requirements/runtime.txt from pyproject.toml and build.in, and dev.txt from dev.in;
# OKPAY_LOCK_KEEP=--no-upgrade keeps what is pinned and only adds; with --check, see that they can be trusted.
set -eu

if [ "${1:-}" = "--check" ]; then
    bad="$(grep -nE '://|^-|^[^ ]+ @ ' requirements/runtime.txt requirements/dev.txt || true)"
    [ -z "$bad" ] || { printf 'A lock file names an address or an option:\n%s\n' "$bad"; exit 1; }
    for name in runtime dev; do
        pins="$(grep -c '==' "requirements/$name.txt")"
        blocks="$(grep -cE '==.*\\$' "requirements/$name.txt")"
        [ "$pins" = "$blocks" ] || { echo "requirements/$name.txt has a pin without a hash"; exit 1; }
    done
    echo "The lock files hold pins and hashes only."
    exit 0
fi

lock() {
    out="$1"; shift
    .venv/bin/uv pip compile --quiet ${OKPAY_LOCK_KEEP:---upgrade} --universal \
        --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
        "$@" --output-file "requirements/$out.txt"
}
lock runtime pyproject.toml requirements/build.in
lock dev requirements/dev.in
"$0" --check
