#!/bin/sh
# Installs the programs that send mail whose files mailspec writes: msmtp. Safe to run again; nothing is started.
set -eu

packages="msmtp"

for package in $packages; do
    if ! dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
        if [ "$(id -u)" -ne 0 ]; then
            echo "mailers.sh: installing $package needs root" >&2
            exit 1
        fi
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"
    fi
done
