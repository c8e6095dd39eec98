#!/bin/sh
# Keeps the wheels that the shipped pipelines' own install steps ask for, so that the suite runs those steps without a
# network: what mailspec depends on (with what the container file adds), and what builds it. Into .tools/wheels. Safe to run again; starts nothing.
set -eu
cd "$(dirname "$0")/../.."

folder=.tools/wheels

[ "$folder/.ready" -nt tools/services/wheels.sh ] && [ "$folder/.ready" -nt pyproject.toml ] && exit 0
rm -rf "$folder"
.venv/bin/python -m pip --disable-pip-version-check --quiet wheel --constraint constraints.txt \
    --build-constraint constraints.txt --wheel-dir "$folder" ".[postgres]" hatchling
# The suite makes mailspec's own wheel from the tree that it tests.
rm -f "$folder"/mailspec-*.whl
touch "$folder/.ready"
