#!/bin/sh
# As root, see that the system has a PostgreSQL of its own: the embedded start is tested on two.
# Without it those tests are skipped and say so; in CI they fail instead.
set -eu

ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    exit 0
fi

echo "Installing the system's PostgreSQL for the tests of the embedded start (once)"
export DEBIAN_FRONTEND=noninteractive
# The package would start a cluster of its own on port 5432; only the programs are wanted.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } ||
    echo "The system's PostgreSQL could not be installed; its tests will say so."
