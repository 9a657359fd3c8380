#!/bin/sh
# Run every check, also after one has failed, and name those that did.
set -u

bin=.venv/bin
failed=""
check() {
    name="$1"
    shift
    printf '== %s\n' "$name"
    "$@" || failed="$failed $name"
}

check ruff $bin/ruff check .
check format $bin/ruff format --check .
check mypy $bin/mypy
check layers $bin/lint-imports
check lint $bin/python -m tools.lint
check messages $bin/python -m tools.messages check
check lock tools/bootstrap_lock.sh --check

if [ -n "$failed" ]; then
    printf 'FAILED:%s\n' "$failed"
    exit 1
fi
echo "All checks passed."
