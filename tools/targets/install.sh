#!/usr/bin/env bash
# Installs the real programs that `make test-targets` sends mail through, into .tools/targets where they can stand there.
# Kept between runs: each part has a mark of its own. Packages come from Debian, PyPI and npm by name; root for Debian's.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$PWD/.tools/targets
mkdir -p "$folder"
export DEBIAN_FRONTEND=noninteractive

debian="prometheus-alertmanager git-email libmailtools-perl libauthen-sasl-perl libnet-smtp-ssl-perl golang-go golang-gopkg-ini.v1-dev golang-gopkg-mail.v2-dev
  php-cli php-symfony-mailer ruby-actionmailer libmail-java zabbix-server-pgsql zabbix-frontend-php php-pgsql"
command -v npm >/dev/null || debian="$debian npm"
command -v javac >/dev/null || debian="$debian default-jdk-headless"
# Mail servers conflict with Postfix, so these are unpacked, not installed.
unpacked="exim4-daemon-light exim4-base exim4-config libgnutls-dane0 libidn12 libunbound8 nullmailer"

missing() { # the packages of a list that are not installed
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
  done
}

part() { # part NAME COMMAND...: once, told where it fails; the others go on
  [ -f "$folder/$1.ready" ] && return
  if "${@:2}" >"$folder/$1.log" 2>&1 </dev/null; then
    touch "$folder/$1.ready"
    echo "targets: $1 ready"
  else
    tail -n 3 "$folder/$1.log"
    echo "targets: $1 failed (all of it: $folder/$1.log); its rows will say so"
  fi
}

apt_fresh() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -600 2>/dev/null)" ] || apt-get update -q
}

from_debian() {
  local lacking
  lacking=$(missing $debian)
  [ -z "$lacking" ] && return
  apt_fresh
  # shellcheck disable=SC2086 -- a list of names
  apt-get install -y -q --no-install-recommends $lacking
}

from_debian_unpacked() (
  local debs=$folder/debs package
  mkdir -p "$debs" && cd "$debs"
  apt_fresh
  # shellcheck disable=SC2086
  apt-get download -q $unpacked
  for package in nullmailer exim4; do mkdir -p "$folder/$package"; done
  dpkg -x nullmailer_*.deb "$folder/nullmailer"
  for package in exim4*.deb libgnutls-dane0*.deb libidn12*.deb libunbound8*.deb; do dpkg -x "$package" "$folder/exim4"; done
)

python_of() { # a Python of a version, from the path or from pyenv
  command -v "python$1" >/dev/null 2>&1 && "python$1" -c '' 2>/dev/null && { command -v "python$1"; return; }
  ls "$HOME"/.pyenv/versions/"$1"*/bin/python3 2>/dev/null | head -n 1 | grep .
}

from_pypi() { # from_pypi NAME PYTHON PACKAGES...
  "$2" -m venv "$folder/$1" && "$folder/$1/bin/pip" install -q "${@:3}"
}

newer_django() {
  local python
  python=$(python_of 3.13 || python_of 3.12) || { echo "Django 6.1 needs Python 3.12 or newer, and there is none"; return 1; }
  from_pypi django61 "$python" "django==6.1.*"
}

from_npm() {
  npm install --prefix "$folder/node" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
    @n8n/config nodemailer @directus/env @keycloak/keycloak-admin-client
}

java_sender() {
  mkdir -p "$folder/java"
  javac -cp /usr/share/java/javax.mail.jar -d "$folder/java" tools/targets/programs/SpringSender.java
}

go_sender() {
  GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$folder/go-cache \
    go build -o "$folder/go-sender" tools/targets/programs/go_sender.go
}

if [ "$(id -u)" -eq 0 ]; then
  part debian from_debian
  part unpacked from_debian_unpacked
else
  echo "targets: not root, so Debian's packages are not installed; rows of theirs that are missing say so"
fi
part go go_sender
part java java_sender
part node from_npm
part django52 from_pypi django52 "$(command -v python3)" "django==5.2.*"
part django61 newer_django
part synapse from_pypi synapse "$(command -v python3)" "matrix-synapse==1.163.2"
part youtrack from_pypi youtrack "$(command -v python3)" youtrack-python-openapi
