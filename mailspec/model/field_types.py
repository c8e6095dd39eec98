"""The types of fields: what their values are to mypy, to the schemas and to the words of findings."""

from __future__ import annotations

from typing import Any, Literal

from mailspec.model.field import FieldType

Mode = Literal["not_configured", "outlook", "office365", "smtp", "other", "general"]
Security = Literal["tls", "starttls", "none"]
Method = Literal["none", "plain", "login", "cram_md5", "xoauth2", "oauthbearer"]
Transport = Literal["smtp", "graph"]
Permission = Literal["send_as", "send_on_behalf"]
Grant = Literal["authorization_code", "device_code", "client_credentials"]
TlsVersion = Literal["1.2", "1.3"]
# A reference to a secret: a map of the kind of place and what is asked for there, such as {"env": "NAME"}.
Reference = dict[str, Any]

TEXT = FieldType[str]("Text")
HOST = FieldType[str]("Host")
# The name of a host that is not the one to connect to.
HOST_NAME = FieldType[str]("Text")
PROVIDER = FieldType[str]("ProviderId")
PORT = FieldType[int]("Port", "a whole number from 1 to 65535")
COUNT = FieldType[int]("Count")
BOOL = FieldType[bool]("Boolean")
SECONDS = FieldType[float]("Duration", "a duration such as 30s or 5m, or whole seconds from 1 to 86400")
DATE = FieldType[str]("Date", "a day such as 2027-03-01")
ADDRESS = FieldType[str]("Address", "an e-mail address such as noreply@acme.example")
NAMES = FieldType[list[str]]("Texts")
PATTERNS = FieldType[list[str]]("AddressPatterns", "an address, '*@domain' or '*'")
FILE = FieldType[str]("FilePath", "a path such as mail/smtp.env, without control characters", path=True)
SECRET = FieldType[Reference]("SecretReference", secret=True)
HEADERS = FieldType[dict[str, str]]("Headers")
LINK = FieldType[str]("Unsubscribe", "an https: or mailto: address")

MODE = FieldType[Mode]("ConfigurationMode")
SECURITY = FieldType[Security]("Security")
METHOD = FieldType[Method]("Method")
TRANSPORT = FieldType[Transport]("Transport")
PERMISSION = FieldType[Permission]("Permission")
GRANT = FieldType[Grant]("Grant")
TLS_VERSION = FieldType[TlsVersion]("TlsVersion")
