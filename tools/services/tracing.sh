#!/bin/sh
# Installs strace, with which the suite kills an apply at each of its writes. Safe to run again.
set -eu
command -v strace >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
apt-get install -y -q --no-install-recommends strace
