#!/bin/sh
# Installs the authorization server of the tests (npm oidc-provider) into .tools/signin, by name and version, and msmtp,
# which the tests use as sendmail. Safe to run again. (msmtp-mta must not come along: it would remove Postfix.)
set -eu
cd "$(dirname "$0")/../.."
folder=.tools/signin
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    missing=""
    command -v npm >/dev/null || missing="$missing npm"
    command -v msmtp >/dev/null || missing="$missing msmtp"
    command -v xdg-email >/dev/null || missing="$missing xdg-utils"
    if [ -n "$missing" ]; then
        [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
        # shellcheck disable=SC2086
        apt-get install -y -q --no-install-recommends $missing
    fi
fi
[ "$folder/.ready" -nt tools/services/signin.npm ] && exit 0
mkdir -p "$folder"
xargs npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
    --loglevel=error <tools/services/signin.npm
touch "$folder/.ready"
