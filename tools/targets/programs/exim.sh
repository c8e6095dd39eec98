#!/usr/bin/env bash
# Runs Debian's unpacked Exim over this machine in a file system of its own, with the settings that mailspec wrote, and
# sends one message: exim.sh EXIM SETTINGS CA_FILE FROM RECIPIENT. Needs root; nothing of the machine changes.
set -euo pipefail
exec unshare -m bash -c '
set -e
mount -t tmpfs tmpfs /mnt
mkdir -p /mnt/up /mnt/work /mnt/m
cp -a "$1" /mnt/low
for name in bin sbin lib; do
  # Debian 12 has these as links into usr; a folder would hide them.
  [ -d /mnt/low/$name ] && mkdir -p /mnt/low/usr/$name && cp -a /mnt/low/$name/. /mnt/low/usr/$name/ && rm -rf /mnt/low/$name
done
mkdir -p /mnt/low/settings && cp "$2"/* /mnt/low/settings/ && cp "$3" /mnt/low/settings/ca.pem
mount -t overlay overlay -o lowerdir=/mnt/low:/,upperdir=/mnt/up,workdir=/mnt/work /mnt/m
mount -t proc proc /mnt/m/proc
mount --bind /dev /mnt/m/dev
mkdir -p "/mnt/m$(dirname "$3")" && cp "$3" "/mnt/m$3"
exec chroot /mnt/m bash -c '"'"'
set -e
getent group Debian-exim >/dev/null || groupadd -r Debian-exim
id Debian-exim >/dev/null 2>&1 || useradd -r -g Debian-exim -d /var/spool/exim4 Debian-exim
mkdir -p /etc/exim4 /var/log/exim4 /var/spool/exim4 /var/lib/exim4
cp /settings/* /etc/exim4/
chmod 755 /; chmod 644 "$3"
chgrp Debian-exim /etc/exim4/passwd.client 2>/dev/null && chmod 640 /etc/exim4/passwd.client
chown -R Debian-exim:Debian-exim /var/log/exim4 /var/spool/exim4
chmod u+s /usr/sbin/exim4
echo client.example >/etc/mailname
update-exim4.conf
printf "From: <%s>\nTo: <%s>\nSubject: test\n\nText.\n" "$1" "$2" | timeout 30 exim4 -odi -f "$1" "$2" || true
cat /var/log/exim4/mainlog
'"'"' _ "$4" "$5" "$3"
' _ "$1" "$2" "$3" "$4" "$5"
