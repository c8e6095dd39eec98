"""The catalogue of findings. A code never changes its meaning and is never given to another one."""

from typing import NamedTuple

from mailspec.outcome.finding import Severity


class Entry(NamedTuple):
    """A code's name, default severity and one-line meaning. ``fixable`` tells whether ``--fix`` knows a fix."""

    code: str
    name: str
    severity: Severity
    summary: str
    fixable: bool = False
    preview: bool = False


_ENTRIES = (
    Entry("MS001", "yaml-syntax", "error", "The file is not readable YAML."),
    Entry("MS002", "duplicate-key", "error", "A key stands twice in one map."),
    Entry("MS003", "schema", "error", "A value is not of the form that the language wants.", True),
    Entry("MS004", "unknown-key", "error", "A key that the language does not know.", True),
    Entry("MS005", "declared-twice", "error", "The same name or value is declared in two places."),
    Entry("MS006", "unknown-reference", "error", "A name that nothing declares.", True),
    Entry("MS007", "suppression-unused", "warning", "A suppression silences nothing, or gives no reason."),
    Entry("MS008", "invisible-character", "error", "An invisible, bidirectional or control character."),
    Entry("MS009", "mixed-script-domain", "warning", "A domain mixes scripts and may pose as another one."),
    Entry("MS010", "unread-file", "warning", "A file that nothing reads looks as if it should be read."),
    Entry("MS101", "port-security-mismatch", "error", "Port and security disagree.", True),
    Entry("MS102", "unencrypted", "warning", "The connection is not encrypted."),
    Entry("MS103", "submission-on-port-25", "warning", "Port 25 is used for submission."),
    Entry("MS104", "unusual-port", "warning", "An unusual port for submission."),
    Entry("MS105", "bad-host", "error", "The host is malformed, or one of IMAP or POP.", True),
    Entry("MS106", "clear-text-sign-in", "error", "Sign-in in clear text without TLS."),
    Entry("MS107", "weak-method", "warning", "A weak sign-in method (CRAM-MD5)."),
    Entry("MS108", "certificate-checks-off", "warning", "The server's certificate is not checked."),
    Entry("MS109", "target-leaves-tls", "info", "The target has no key for the TLS mode."),
    Entry("MS110", "starttls-not-required", "warning", "The target's program cannot require STARTTLS."),
    Entry("MS111", "certificate-not-checked", "warning", "The target's program does not check certificates."),
    Entry("MS112", "tls-mode-impossible", "error", "The target's program has no such TLS mode on that port."),
    Entry("MS113", "authority-elsewhere", "info", "The target's program has no setting for an authority."),
    Entry("MS114", "from-name-lost", "info", "The target's program does not take the sender's name."),
    Entry("MS115", "method-impossible", "error", "The target's program cannot sign in so."),
    Entry("MS116", "no-clear-text-sign-in", "error", "The target's program does not sign in without TLS."),
    Entry("MS117", "trust-not-carried", "warning", "The target has no key for a setting about trust."),
    Entry("MS118", "value-not-writable", "error", "The target's dialect cannot hold a value."),
    Entry("MS201", "not-offered", "error", "A host, port or security that the provider does not offer.", True),
    Entry("MS202", "username-form", "error", "A user name of the wrong form for the provider."),
    Entry("MS203", "secret-shape", "error", "A secret of the wrong shape for the provider."),
    Entry(
        "MS204",
        "method-not-offered",
        "error",
        "A sign-in method that the provider does not offer, or has ended.",
    ),
    Entry("MS205", "being-retired", "warning", "Something that the provider is retiring."),
    Entry("MS206", "from-not-permitted", "error", "A From address that the provider refuses or rewrites."),
    Entry("MS207", "limit-exceeded", "warning", "A declared volume is above the provider's limit."),
    Entry("MS208", "provider-note", "info", "A sandbox, or what else holds for new accounts."),
    Entry("MS209", "unknown-region", "info", "A region of the provider that is not known."),
    Entry("MS210", "region-credentials", "warning", "Another region with the credentials of the first."),
    Entry("MS211", "needs-smtputf8", "warning", "An address that few servers take (SMTPUTF8)."),
    Entry("MS301", "secret-in-file", "error", "A secret stands in the file."),
    Entry("MS302", "secret-missing", "error", "A referenced secret is missing or empty."),
    Entry("MS303", "secret-file-readable", "error", "A secret's file can be read by others."),
    Entry("MS304", "secret-shared", "warning", "Several people share one secret."),
    Entry("MS305", "secret-not-ignored", "error", "Git would commit a secret's file."),
    Entry("MS306", "secret-edges", "error", "Blanks, line ends or quotes stand around a secret."),
    Entry(
        "MS307", "target-open-to-all", "error", "Every user of the machine can read a target's passwords, or change it."
    ),
    Entry("MS401", "not-in-the-cloud", "error", "A mode that is not available in the cloud."),
    Entry("MS402", "two-active", "error", "Two configurations are active."),
    Entry("MS403", "none-active", "error", "No configuration is active."),
    Entry("MS404", "retired-mode", "error", "A mode that no longer exists."),
    Entry("MS405", "incomplete", "error", "Something that the mode needs is missing."),
    Entry("MS406", "word-not-read", "warning", "A word stands where no layer reads it."),
    Entry("MS407", "oauth-incomplete", "error", "What a sign-in by token needs is missing, or said twice."),
    Entry("MS408", "grant-not-offered", "error", "A grant or tenant that the provider does not take."),
    Entry("MS409", "scopes-disagree", "error", "Scopes that do not fit the transport or the grant."),
    Entry("MS410", "issuer-not-https", "error", "The issuer is no https address."),
    Entry("MS411", "graph-cannot-hold", "warning", "Microsoft Graph has no place for a setting."),
    Entry("MS412", "application-reaches-all", "info", "An application that may send as every mailbox."),
    Entry("MS413", "oauth-by-contract", "warning", "A provider whose OAuth is given to partners only."),
    Entry("MS501", "send-as-not-permitted", "error", "The account may not send as this address."),
    Entry("MS502", "bulk-account-missing", "error", "Mass mailings, dispatch or mobile mail have no account."),
    Entry("MS503", "outlook-profiles", "warning", "Each sender needs the account in the Outlook profile."),
    Entry("MS504", "standard-mail", "info", "No address to send as: a standard mail from the current user."),
    Entry("MS505", "bulk-login-of-a-person", "info", "Mass mailings, dispatch and mobile mail sign in as a person."),
    Entry("MS601", "template-missing", "error", "An e-mail type's template or sample data cannot be read."),
    Entry("MS602", "template-syntax", "error", "A template is not valid Jinja2."),
    Entry("MS603", "template-variable", "warning", "A template uses a variable that the sample data does not have."),
    Entry("MS604", "template-part", "warning", "A message has no subject, or no text."),
    Entry("MS605", "template-not-customizable", "warning", "A template for an e-mail type that cannot be changed."),
    Entry("MS606", "stands-in-alike", "warning", "What stands in fails with what it stands in for."),
    Entry("MS701", "spf-record", "warning", "The SPF record is missing, doubled, broken or lets everybody send."),
    Entry("MS702", "dkim-key", "warning", "A DKIM key is missing, revoked, broken or too short."),
    Entry("MS703", "dmarc-record", "warning", "The DMARC record is missing, doubled or broken, or asks for nothing."),
    Entry("MS704", "spf-lookups", "error", "The SPF record needs more look-ups than receivers make."),
    Entry("MS705", "spf-leaves-out-server", "warning", "The SPF record does not let the account's server send."),
    Entry("MS706", "not-aligned", "warning", "Neither SPF nor DKIM belongs to the domain that recipients see."),
    Entry("MS707", "no-mail-host", "warning", "A sending domain takes no answers: no MX record, or no such domain."),
    Entry("MS708", "null-mx", "error", "A sending domain says that it takes no mail."),
    Entry("MS709", "no-one-click", "warning", "List mail that recipients cannot leave by one click."),
    Entry("MS710", "shared-sending-domain", "info", "Mass mailings share the domain of everyday mail."),
    Entry("MS711", "no-return-path", "info", "Bounces of mass mailings go to the address that people read."),
    Entry("MS712", "dns-unanswered", "info", "DNS did not answer, so something was not checked."),
    Entry("MS801", "policy-tls", "error", "The policy requires TLS."),
    Entry("MS802", "policy-sender-domain", "error", "The policy does not allow this sender's domain."),
    Entry("MS803", "policy-recipient", "error", "The policy does not allow this recipient."),
    Entry("MS804", "account-of-production", "error", "A test environment signs in with an account of production."),
    Entry("MS805", "file-of-two-environments", "error", "Two environments write one file on one machine."),
    Entry("MS806", "secret-moved", "error", "A secret would go to a place that did not have it."),
    Entry("MS807", "test-mail-reaches-people", "error", "Mail of a test environment can reach people."),
    Entry("MS808", "sensitive-target", "warning", "A target's file starts programs or opens doors."),
)

# What the codes are about, by their first digit.
FAMILIES = {
    "MS0": "text, schema, references",
    "MS1": "connection",
    "MS2": "provider",
    "MS3": "secrets",
    "MS4": "modes and people",
    "MS5": "sending as",
    "MS6": "delivery, templates",
    "MS7": "DNS",
    "MS8": "policy",
}

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}

# What may not be silenced: if the file cannot be understood, a silenced finding would hide everything behind it.
NEVER_SUPPRESSED = frozenset({"MS001", "MS002", "MS003", "MS004", "MS005", "MS006", "MS007", "MS301"})
