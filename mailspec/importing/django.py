"""Django's settings: imported by Python in a process of its own, never parsed (docs.djangoproject.com, 5.2 and 6.1)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.importing.found import Found, Problem, Source, account, truth

_SECONDS = 60.0
_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# Prints a mark and JSON alone: settings may print whatever they like before.
_MARK = "\x1emailspec "
_CHILD = """\
import importlib, json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ.setdefault("DJANGO_SETTINGS_MODULE", sys.argv[2])
settings = importlib.import_module(sys.argv[2])
names = [n for n in dir(settings) if n.startswith("EMAIL_") or n in ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL", "MAILERS")]
found = {n: getattr(settings, n) for n in names}
print(sys.argv[3] + json.dumps(found, default=str))
"""


def read_django(path: str) -> Source | Problem:
    """Import a settings module, which is the user's own code, and read ``EMAIL_*`` or the ``MAILERS`` of Django 6.1."""
    package, module = os.path.dirname(os.path.abspath(path)), os.path.splitext(os.path.basename(path))[0]
    while os.path.exists(os.path.join(package, "__init__.py")):
        module = f"{os.path.basename(package)}.{module}"
        package = os.path.dirname(package)
    try:
        done = subprocess.run(
            [_python(package), "-c", _CHILD, package, module, _MARK],
            cwd=package,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Problem(f"{path} could not be imported in {_SECONDS:g} seconds", "import it by hand to see why")
    answer = done.stdout.decode("utf-8", "replace").rpartition(_MARK)[2]
    if done.returncode or not answer:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].partition(":")[0]
        return Problem(f"{path} cannot be imported: {last or 'it gives nothing'}", "import it by hand to see why")
    try:
        words = read_json(answer)
    except ValueError:
        return Problem(f"{path} gives settings that cannot be read", "import it by hand to see why")
    mailers = words.get("MAILERS")
    sender = str(words.get("DEFAULT_FROM_EMAIL") or "")
    if isinstance(mailers, dict) and mailers:
        chosen = sorted(mailers.items(), key=lambda item: item[0] != "default")
        accounts = tuple(_mailer(str(name), mailer, sender) for name, mailer in chosen if isinstance(mailer, dict))
    else:
        accounts = (_settings(words, sender),)
    version = {"version": "6.1"} if isinstance(mailers, dict) and mailers else {}
    target = {"type": "python_file", "path": path, "preset": "django", **version}
    return Source("django", path, accounts, target)


def _python(folder: str) -> str:
    """Return the Python of the project's own environment where it has one beside it, else this one."""
    for name in (".venv", "venv", "env"):
        found = os.path.join(folder, name, "bin", "python")
        if os.path.exists(found):
            return found
    return sys.executable


def _settings(words: Mapping[str, Any], sender: str) -> Found:
    implicit, explicit = truth(words.get("EMAIL_USE_SSL")), truth(words.get("EMAIL_USE_TLS"))
    return account(
        str(words.get("EMAIL_HOST") or "localhost"),
        words.get("EMAIL_PORT") or 25,
        "tls" if implicit else "starttls" if explicit else "none",
        username=str(words.get("EMAIL_HOST_USER") or ""),
        password=str(words.get("EMAIL_HOST_PASSWORD") or ""),
        sender=sender,
        timeout=words.get("EMAIL_TIMEOUT"),
        off=words.get("EMAIL_BACKEND", _BACKEND) != _BACKEND,
    )


def _mailer(name: str, mailer: Mapping[str, Any], sender: str) -> Found:
    given = mailer.get("OPTIONS")
    words: Mapping[str, Any] = given if isinstance(given, dict) else {}
    implicit, explicit = truth(words.get("use_ssl")), truth(words.get("use_tls"))
    return account(
        str(words.get("host") or "localhost"),
        words.get("port"),
        "tls" if implicit else "starttls" if explicit else "none",
        username=str(words.get("username") or ""),
        password=str(words.get("password") or ""),
        sender=sender,
        timeout=words.get("timeout"),
        off=mailer.get("BACKEND", _BACKEND) != _BACKEND,
        hint="" if name == "default" else name,
    )
