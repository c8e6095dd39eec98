"""What several packages need to know of SMTP itself: which port speaks what, and what a sign-in needs."""

from __future__ import annotations

# RFC 8314 section 3.3 (465 speaks TLS at once), RFC 6409 and RFC 3207 (587 and 25 begin in clear); 2525 is a habit.
SPOKEN: dict[int, tuple[str, ...]] = {
    465: ("tls",),
    25: ("starttls", "none"),
    587: ("starttls", "none"),
    2525: ("starttls", "none"),
}
# Ports of some providers, which avoid blocked ones: what their connection begins with is known, too.
ALSO_SPOKEN = {2465: "tls", 8465: "tls", 2587: "starttls", 8025: "starttls"}
# What holds where one of the two is given alone (SPEC, "Defaults").
SECURITY_OF_PORT = {port: words[0] for port, words in SPOKEN.items()}
PORT_OF_SECURITY = {"tls": 465, "starttls": 587, "none": 25}
# What holds where neither is given.
DEFAULT_SECURITY = "starttls"
# Ports for reading mail.
READING = {143: "IMAP", 993: "IMAP", 110: "POP", 995: "POP", 4190: "ManageSieve"}

# RFC 4616, the LOGIN draft, RFC 2195; RFC 7628 and Google's XOAUTH2.
WITH_PASSWORD = frozenset({"plain", "login", "cram_md5"})
WITH_TOKEN = frozenset({"xoauth2", "oauthbearer"})
# Methods that hand the password or the token itself over the wire.
READABLE = frozenset({"plain", "login"}) | WITH_TOKEN


def ports_that_begin_with(security: str) -> frozenset[int]:
    """Return the ports on which a connection is known to begin with ``tls``, or in clear with ``starttls``."""
    known = {**SECURITY_OF_PORT, **ALSO_SPOKEN}
    return frozenset(port for port, word in known.items() if word == security)
