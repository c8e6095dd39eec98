#!/bin/sh
# Makes .tools/plain: an environment with what plain pip installs for mailspec today, without the constraints, so that the
# suite and the bench see what users see. Safe to run again; made anew when pyproject.toml changes.
set -eu
cd "$(dirname "$0")/../.."

[ .tools/plain/.ready -nt pyproject.toml ] && [ .tools/plain/.ready -nt tools/services/plain.sh ] && exit 0
rm -rf .tools/plain
.venv/bin/python -m venv .tools/plain
.tools/plain/bin/pip --disable-pip-version-check --quiet install .
.tools/plain/bin/pip --disable-pip-version-check --quiet uninstall --yes mailspec
touch .tools/plain/.ready
