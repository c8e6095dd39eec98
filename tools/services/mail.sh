#!/bin/sh
# Installs the mail servers that the tests talk to: Postfix, Dovecot (sign-in) and postgrey. Safe to run again.
# Nothing is started: the suite starts its own instances on loopback ports, with its own configuration.
set -eu

packages="postfix dovecot-core postgrey"

installed() {
    for package in $packages; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || return 1
    done
}

if installed; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "mail.sh: installing $packages needs root" >&2
    exit 1
fi

# Debian asks policy-rc.d before it starts a service; one that forbids it is put there only if there is none.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
# One update an hour is enough where several of these scripts run one after another.
if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null)" ]; then
    apt-get update -q
fi
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $packages
