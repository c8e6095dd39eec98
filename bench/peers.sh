#!/usr/bin/env bash
# Install what bench/ compares with into .tools/, by name and version; what cannot be installed is left out and said.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .tools

if [ .tools/.python -nt bench/peers.txt ]; then :; else
  echo "bench: installing $(grep -v '^#' bench/peers.txt | xargs)"
  .venv/bin/python -m venv .tools/python
  .tools/python/bin/pip --disable-pip-version-check --quiet install -r bench/peers.txt && touch .tools/.python
fi

# mailspec as users get it: its wheel, by plain pip without the constraints. The tree's wheel each time.
tools/services/plain.sh
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
.venv/bin/python -m hatchling build -t wheel -d "$wheels" >/dev/null
.tools/plain/bin/pip --disable-pip-version-check --quiet install --no-deps --force-reinstall "$wheels"/*.whl
rm -f .tools/plain/.wheel

if [ .tools/.node -nt bench/peers.npm ]; then exit 0; fi
if ! command -v npm >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm
fi
if ! command -v npm >/dev/null; then
  echo "bench: npm is missing, so ajv-cli and sourcemeta are left out"
  exit 0
fi
echo "bench: installing $(xargs < bench/peers.npm)"
mkdir -p .tools/node
xargs npm install --prefix .tools/node --no-save --no-package-lock --no-audit --no-fund --loglevel=error < bench/peers.npm
touch .tools/.node
