#!/bin/sh
# Installs PostgreSQL's server programs, which the suite starts for the shared state. Safe to run again; starts nothing.
set -eu
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "postgres.sh: installing postgresql needs root" >&2
    exit 1
fi
# Debian would make and start a cluster of its own; the suite makes its own in a temporary folder.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
apt-get install -y -q --no-install-recommends postgresql
