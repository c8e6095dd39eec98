"""Places of which no target is given a file unasked: each pattern of the data holds for an example of itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mailspec.programs import sensitive
from mailspec.programs.sensitive import OWN_PLACES, why_sensitive

PLACES = tomllib.loads(Path(sensitive.__file__).with_name("sensitive_places.toml").read_text("utf-8"))["places"]


def example(pattern: str) -> str:
    path = pattern.replace("**/", "/srv/acme/").replace("~", "/home/alice")
    return path.replace("*", "x")


def test_every_pattern_is_found_alone_and_below_it() -> None:
    for place in PLACES:
        for pattern in place["paths"]:
            path = example(pattern)
            assert why_sensitive(path, "env_file") is not None, pattern
            assert why_sensitive(f"{path}/a/b", "env_file") is not None, pattern


def test_no_pattern_stands_twice() -> None:
    patterns = [pattern for place in PLACES for pattern in place["paths"]]
    assert len(patterns) == len(set(patterns))


@pytest.mark.parametrize(
    "path",
    [
        "~/.muttrc",
        "~/.mailrc",
        "~/.netrc",
        "~/.psqlrc",
        "~/.config/neomutt/neomuttrc",
        "/srv/git/acme.git/config",
        "/srv/git/acme.git/hooks/anything",
        "/srv/git/acme/hooks/post-receive",
        "/srv/app/.git/config",
        "/srv/app/sub/.git/modules/x/config",
        "/srv/app/.vscode/tasks.json",
        "/srv/app/.idea/workspace.xml",
        "/srv/app/.envrc",
        "/srv/app/.npmrc",
        "/srv/app/Makefile",
        "/srv/app/.github/workflows/x.yml",
        "/etc/postfix/main.cf",
        "/etc/postfix-out/master.cf",
        "/etc/msmtprc",
        "/etc/collectd.conf",
        "/etc/salt/minion.d/x.conf",
        "/etc/puppet/puppet.conf",
        "/etc/munin/plugin-conf.d/x",
        "/etc/sysusers.d/x.conf",
        "/etc/vim/vimrc.local",
        "/etc/unbound/unbound.conf.d/x.conf",
        "/var/www/html/index.php",
        "/srv/www/x.php5",
        "/usr/lib/cgi-bin/x",
        "~/.config/kitty/kitty.conf",
        "~/.config/alacritty/alacritty.toml",
        "/srv/app/.pre-commit-config.yaml",
        "/etc/tmux.conf",
        "/etc/xdg/autostart/x.desktop",
        "/etc/cloud/cloud.cfg.d/x.cfg",
        "/etc/dhclient-exit-hooks.d/x",
        "/etc/NetworkManager/dispatcher.d/x",
        "/etc/networkd-dispatcher/routable.d/x",
        "/etc/pam.d/x",
        "/etc/snmp/snmpd.conf",
        "/etc/rsyslog.d/x.conf",
        "/etc/monit/conf.d/x",
        "/etc/supervisor/conf.d/x.conf",
        "/etc/fail2ban/action.d/x.conf",
        "/etc/udev/rules.d/x.rules",
        "/etc/logrotate.d/x",
        "/etc/apt/apt.conf.d/x",
        "/etc/polkit-1/rules.d/x.rules",
        "/usr/share/dbus-1/system-services/x.service",
        "~/.config/systemd/user/x.service",
        "/etc/X11/Xsession.d/x",
        "~/.pythonrc",
    ],
)
def test_settings_that_start_programs(path: str) -> None:
    home = path.replace("~", "/var/lib/acme")
    assert why_sensitive(home, "ini_file", ["/var/lib/acme/"]) is not None
    assert why_sensitive(path.replace("~", "/home/alice"), "env_file") is not None


@pytest.mark.parametrize("type_", OWN_PLACES)
def test_what_a_type_writes_as_its_own_is_allowed_to_it_alone(type_: str) -> None:
    for pattern in OWN_PLACES[type_]:
        assert why_sensitive(example(pattern), type_) is None
        assert why_sensitive(example(pattern), "env_file") is not None
    assert why_sensitive("/home/alice/.ssh/config", type_) is not None


@pytest.mark.parametrize(
    "path",
    [
        "/etc/acme/smtp.env",
        "/srv/acme/hooks/smtp.env",
        "/srv/acme/hooks.env",
        "/etc/acme/config",
        "/srv/acme/config/mail.yml",
        "/home/alice/acme/.env",
        "/homes/alice/.bashrc",
        "/etc/grafana/grafana.ini",
        "/opt/acme/settings.py",
        "/var/lib/gitea/custom/conf/app.ini",
        "/etc/credstore/acme.mail",
    ],
)
def test_settings_of_programs_are_targets(path: str) -> None:
    assert why_sensitive(path, "env_file") is None
