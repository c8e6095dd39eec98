#!/bin/sh
# Installs Knot DNS, the name server that the tests of `validate --online` fill with right and wrong records.
set -eu
command -v knotd >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
apt-get install -y -q --no-install-recommends knot
