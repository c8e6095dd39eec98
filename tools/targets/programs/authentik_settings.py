"""The settings that Authentik gives Django of its variables (authentik/root/settings.py)."""

import os


def _value(name: str) -> str:
    return os.environ.get(f"AUTHENTIK_EMAIL__{name}", "")


EMAIL_HOST = _value("HOST")
EMAIL_PORT = int(_value("PORT") or 25)
EMAIL_HOST_USER = _value("USERNAME")
EMAIL_HOST_PASSWORD = _value("PASSWORD")
EMAIL_USE_TLS = _value("USE_TLS").lower() == "true"
EMAIL_USE_SSL = _value("USE_SSL").lower() == "true"
EMAIL_TIMEOUT = int(_value("TIMEOUT") or 10)
DEFAULT_FROM_EMAIL = _value("FROM")
