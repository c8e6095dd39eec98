#!/bin/sh
# Installs promtool, which comes with Prometheus: the suite has it read `queue stats --format prometheus`.
set -eu
command -v promtool >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
apt-get install -y -q --no-install-recommends prometheus
