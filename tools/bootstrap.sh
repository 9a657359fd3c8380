#!/bin/sh
# Make .venv and install the pinned, hashed dependencies: bootstrap.sh runtime|dev
set -eu

say() { printf '%s\n' "$*"; }
refuse() { printf 'okpay: %s\n' "$*" >&2; exit 1; }

wanted="$1"
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

python=""
for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c "$new_enough" 2>/dev/null; then
        python="$name"
        break
    fi
done
if [ -z "$python" ]; then
    found="$(python3 --version 2>/dev/null || printf 'no python3')"
    refuse "Python 3.11 or newer is needed, and here is $found:" \
        "install it, or name one with make PYTHON=/path/to/python3.11."
fi

usable() {
    .venv/bin/python -c "$new_enough" 2>/dev/null &&
        { [ ! -e "$place" ] || [ "$(cat "$place")" = "$(pwd)" ]; }
}

place=.venv/.okpay-place
if [ -d .venv ] && ! usable; then
    say "The .venv here does not work any more (moved, or its Python is gone): making it anew"
    rm -rf .venv
fi
if [ ! -d .venv ]; then
    [ -w . ] || refuse "The folder $(pwd) cannot be written: copy the project to one of your own."
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        refuse "$("$python" --version) lacks its venv module:" \
            "install it (Debian and Ubuntu: apt-get install python3-venv)."
    say "Making .venv with $("$python" --version)"
    "$python" -m venv .venv || { rm -rf .venv; refuse "The virtual environment could not be made."; }
fi

pwd >"$place"

say "Installing the $wanted dependencies, pinned and hashed (the first time takes a minute)"
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
export PIP_ROOT_USER_ACTION=ignore
pip install --require-hashes --requirement "requirements/$wanted.txt" ||
    refuse "The dependencies could not be installed: is there a way to a package index from here?"
pip install --no-deps --no-build-isolation --editable . ||
    refuse "The project itself could not be installed into .venv."
