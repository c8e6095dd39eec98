#!/bin/sh
# Installs Chromium and fonts, in which the suite looks at the HTML report. Safe to run again; starts nothing.
set -eu
# libatomic1 is for the node that Playwright brings along.
command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q DejaVu && ldconfig -p | grep -q libatomic.so.1 && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "browser.sh: installing chromium needs root" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
apt-get install -y -q --no-install-recommends chromium fontconfig fonts-dejavu-core libatomic1
