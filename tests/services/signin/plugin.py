"""A real authorization server (npm oidc-provider), and Postfix with a Dovecot that asks it about each access token.

Installed by tools/services/signin.sh and tools/services/mail.sh.
"""

from __future__ import annotations

import html
import json
import os
import pwd
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "mail"))
sys.path.insert(0, str(Path(__file__).parent))

from mailserver import certificates, postfix
from mailserver.listeners import LISTENERS, free_ports
from mailserver.processes import answers, start, stop, wait_for
from token_dovecot import DOVECOT, INTROSPECTION

from mailspec.mail.account import Account
from mailspec.signin.client import Client

HERE = Path(__file__).parent
MODULES = HERE.parents[2] / ".tools" / "signin" / "node_modules"
ALICE, BOB, BILLING = "alice@acme.example", "bob@acme.example", "billing@acme.example"
USERS = {"alice": {"email": ALICE}, "bob": {"email": BOB}}
GRAPH = "https://graph.microsoft.com"
PERSONAL = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]


def missing_issuer() -> str | None:
    if shutil.which("node") is None or not (MODULES / "oidc-provider").is_dir():
        return "no node with oidc-provider: run tools/services/signin.sh"
    return None


def missing_mail() -> str | None:
    if os.geteuid() != 0:
        return "Postfix and Dovecot are started as root"
    absent = [name for name in ("postfix", "dovecot") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    return f"{', '.join(absent)} not installed: run tools/services/mail.sh as root" if absent else missing_issuer()


SERVICES = {"issuer": missing_issuer, "token_mail": missing_mail}


def person_client(name: str) -> dict[str, Any]:
    return {
        "client_id": name,
        "token_endpoint_auth_method": "none",
        "application_type": "native",
        "grant_types": PERSONAL,
        "redirect_uris": [f"http://{host}{end}" for host in ("127.0.0.1", "localhost") for end in ("", "/")],
        "response_types": ["code"],
    }


def service_client(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "client_id": name,
        "client_secret": f"{name}-s3cret",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        **changes,
    }


@dataclass(frozen=True)
class IssuerServer:
    """The running server. ``folder`` holds ca.pem and app.pem, the key and certificate of the client ``certified``."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/tenant/v2.0"

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def client(self, **changes: Any) -> Client:
        """Return Alice's client, with every setting right unless changed."""
        settings: dict[str, Any] = {
            "issuer": self.url,
            "client_id": "cli",
            "account": ALICE,
            "scopes": ("SMTP.Send",),
            "ca_file": self.ca_file,
            "timeout": 10.0,
        }
        return Client(**{**settings, **changes})

    def control(self, *faults: list[Any]) -> dict[str, int]:
        """Set the token endpoint's next answers; return how often it was asked and how many sign-ins were destroyed."""
        body = json.dumps(faults) if faults else ""
        answer: dict[str, int] = self.person().post(f"https://localhost:{self.port}/__test", data=body).json()
        return answer

    def person(self) -> Any:
        """Return a browser without a screen."""
        import requests

        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca_file
        return session

    def sign_in(self, url: str, user: str = "alice", *, deny: bool = False) -> str:
        """Do what a person does on the server's pages; return where the browser is sent then, or the last page."""
        browser = self.person()
        answer = browser.get(url, allow_redirects=False)
        aborted = False
        for _ in range(15):
            while answer.is_redirect:
                target = urljoin(answer.url, answer.headers["location"])
                if target.startswith(("http://127.0.0.1", "http://localhost")):
                    return target
                answer = browser.get(target, allow_redirects=False)
            form = None if aborted else _form(answer.text, answer.url)
            if form is None:
                return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL).split())
            target, fields = form
            if fields.get("prompt") == "login":
                fields |= {"login": user, "password": "pw"}
            elif fields.get("prompt") == "consent" and deny:
                answer = browser.get(answer.url.split("?")[0] + "/abort", allow_redirects=False)
                aborted = not url.startswith(f"{self.url}/auth")
                continue
            answer = browser.post(target, data=fields, allow_redirects=False)
        raise AssertionError(f"lost in forms at {answer.url}")

    def revoke(self, token: str, client_id: str = "cli") -> None:
        """Withdraw a sign-in at the server, as a person does on its pages."""
        fields = {"token": token, "client_id": client_id, "token_type_hint": "refresh_token"}
        assert self.person().post(f"{self.url}/token/revocation", data=fields).status_code == 200

    def introspect(self, token: str) -> dict[str, Any]:
        answer = self.person().post(
            f"{self.url}/token/introspection", data={"token": token}, auth=("dovecot", "dovecot-s3cret")
        )
        found: dict[str, Any] = answer.json()
        return found


def _form(page: str, url: str) -> tuple[str, dict[str, str]] | None:
    form = re.search(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.DOTALL)
    if form is None:
        return None
    fields: dict[str, str] = {}
    for field in re.findall(r"<input[^>]*>", form[2]):
        name, value = re.search(r'name="([^"]+)"', field), re.search(r'value="([^"]*)"', field)
        if name:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return urljoin(url, html.unescape(form[1])), fields


@pytest.fixture(scope="session")
def issuer() -> Iterator[IssuerServer]:
    """The authorization server; one serves the whole run."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-issuer-", dir="/tmp")))
        folder.chmod(0o755)
        made = certificates.make(folder)
        key, jwk = _application(folder)
        del key
        (port,) = free_ports(1)
        server = IssuerServer(folder, port)
        settings = {
            "issuer": server.url,
            "port": port,
            "modules": str(MODULES),
            "chain": str(made.chains["good"]),
            "users": USERS,
            "clients": [
                *(person_client(name) for name in ("cli", "short", "brief", "hasty", "graph")),
                *(service_client(name) for name in ("svc", "svc-graph", "svc-none")),
                service_client("dovecot", token_endpoint_auth_method="client_secret_basic"),
                {
                    **service_client("certified", token_endpoint_auth_method="private_key_jwt", jwks={"keys": [jwk]}),
                    "client_secret": None,
                },
            ],
            "of": {
                "short": {"access": 3},
                "brief": {"access": 302},
                "hasty": {"device": 2},
                "graph": {"resource": GRAPH},
                "svc": {"mailbox": ALICE},
                "certified": {"mailbox": ALICE},
                "svc-graph": {"resource": GRAPH},
                "svc-none": {"resource": GRAPH, "scope": "User.Read"},
            },
        }
        settings["clients"] = [{k: v for k, v in one.items() if v is not None} for one in settings["clients"]]
        log = folder / "issuer.log"
        command: list[str | Path] = ["node", HERE / "issuer.mjs", json.dumps(settings)]
        process = start(command, log, lambda: log.exists() and "ready" in log.read_text(errors="replace"))
        stack.callback(stop, process)
        yield server


def _application(folder: Path) -> tuple[Any, dict[str, str]]:
    """Write app.pem, key and certificate of an application; return the public key as the server wants it."""
    import base64
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "certified")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1))
    certificate = builder.not_valid_after(now + timedelta(days=30)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "app.pem").write_bytes(private + certificate.public_bytes(pem))
    numbers = key.public_key().public_numbers()

    def number(value: int) -> str:
        return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()

    return key, {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), "use": "sig"}


@dataclass(frozen=True)
class TokenMail:
    """Postfix that signs in by access tokens alone. ``ports`` has ``tls`` and ``starttls``."""

    folder: Path
    ports: dict[str, int]
    ca_file: str

    def account(self, security: str = "starttls", **changes: Any) -> Account:
        settings: dict[str, Any] = {
            "name": "Primary",
            "host": "localhost",
            "port": self.ports[security],
            "security": security,
            "ca_file": self.ca_file,
            "method": "xoauth2",
            "username": ALICE,
            "from_email": ALICE,
            "timeout": 10.0,
        }
        return Account(**{**settings, **changes})

    def delivered(self, server_id: str | None, person: str = BOB) -> EmailMessage:
        """Wait for the message that was queued under an id, and return it."""
        import email
        import email.policy

        box = self.folder / "boxes" / person.partition("@")[0] / "new"
        found: list[EmailMessage] = []

        def there() -> bool:
            for path in box.glob("*") if box.is_dir() else ():
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if f"id {server_id}" in str(message["Received"]):
                    assert isinstance(message, EmailMessage)
                    found[:] = [message]
            return bool(found)

        wait_for(there, f"{server_id} did not arrive", log=self.folder / "mail.log", seconds=10)
        return found[0]


@pytest.fixture(scope="session")
def token_mail(issuer: IssuerServer) -> Iterator[TokenMail]:
    """Postfix and Dovecot; Dovecot asks the authorization server about each token. One serves the whole run."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-token-mail-", dir="/tmp")))
        folder.chmod(0o755)
        made = certificates.make(folder)
        ports = dict(zip(("tls", "starttls"), free_ports(2), strict=True))
        postfix.prepare(folder, (ALICE, BOB, BILLING), {ALICE: ALICE, BOB: BOB, BILLING: ALICE})
        nobody = pwd.getpwnam("nobody")
        names = {"folder": folder, "host": certificates.HOST, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
        main = postfix.MAIN.format(away_port="9", **names)
        entries = [LISTENERS[name].entry(name, port, made.chains, {}) for name, port in ports.items()]
        (folder / "etc").mkdir()
        (folder / "etc/main.cf").write_text(main)
        (folder / "etc/master.cf").write_text(postfix.SERVICES + "\n".join(entries) + "\n")
        stack.callback(stop, postfix.run(folder, ports))
        dovecot = folder / "dovecot"
        dovecot.mkdir(mode=0o755)
        socket = folder / "queue/private/auth"
        (dovecot / "dovecot.conf").write_text(DOVECOT.format(folder=dovecot, socket=socket))
        secret = dovecot / "oauth2.conf.ext"
        secret.write_text(INTROSPECTION.format(url=issuer.url, ca_file=issuer.ca_file))
        secret.chmod(0o600)
        stack.callback(
            stop, start(["dovecot", "-F", "-c", dovecot / "dovecot.conf"], dovecot / "out.log", socket.exists)
        )
        assert all(answers(port) for port in ports.values())
        # The system's authorities and the server's: one file for those who sign in and send.
        bundle = folder / "bundle.pem"
        bundle.write_text((folder / "ca.pem").read_text() + Path(issuer.ca_file).read_text())
        yield TokenMail(folder, ports, str(bundle))


@pytest.fixture
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    """A place of the test's own for stored sign-ins, with a key in a file."""
    import base64
    import secrets

    home = tmp_path / "state"
    key = tmp_path / "signin.key"
    key.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    key.chmod(0o600)
    environ = {"XDG_STATE_HOME": str(home), "MAILSPEC_SIGNIN_KEY": f"file:{key}"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return lambda: environ
