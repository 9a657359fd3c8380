#!/bin/sh
# See that there is a Chromium for the journeys; as root, install one from the system's packages.
set -eu

for name in "${OKPAY_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the journeys (once)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
    command -v chromium >/dev/null 2>&1 && exit 0
fi

echo "okpay: The journeys need a browser: install Chromium (Debian and Ubuntu:" \
    "apt-get install chromium fonts-noto-cjk), or name one with OKPAY_CHROMIUM=/path." >&2
exit 1
