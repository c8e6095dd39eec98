"""MS118: values that no form in an env file brings to its readers unchanged; secrets with ``--with-secrets``."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.plan import Json
from mailspec.plan.desired import filled, secret_reference
from mailspec.programs.presets import PRESETS, value_of
from mailspec.resolve import Resolver
from mailspec.rules.say import at_item
from mailspec.secrets.base import Resolved
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.workflow.accounts.plain_settings import fields_of
from mailspec.workflow.accounts.secret_lookup import Secrets

_DEFAULT = "dotenv"
_HELP = "Change the value, or name the target's reader in 'dialect'."


def unwritable(resolver: Resolver, secrets: Secrets | None) -> Iterator[Finding]:
    """Yield a finding for each key of an env file whose value its dialect cannot hold.

    ``secrets`` reads references, ``None`` where nobody asked for that.
    """
    spec = resolver.spec
    for name, item in spec.targets.items():
        preset = PRESETS.get(str(item.get("preset") or "generic"))
        dialect = DIALECTS.get(str(item.get("dialect") or _DEFAULT))
        source = item.get("configuration") or resolver.activation.active
        wrong = item.get("type") != "env_file" or preset is None or dialect is None or resolver.activation.is_off
        if wrong or preset is None or dialect is None or source not in spec.configurations:
            continue
        settings = resolver.configuration(source)
        fields = fields_of(settings, spec)
        version = None if item.get("version") is None else str(item.get("version"))
        for key in preset.keys_for(version).values():
            text = _text(value_of(preset, key, fields), secrets)
            if text is None or dialect.quote(text) is not None:
                continue
            values = [found for field, found in settings.fields.items() if str(field) in key.settings]
            places = [value for value in values if value.location is not None and isinstance(value.item, Item)]
            setting_names = ", ".join(sorted(key.settings)) or "a key"
            yield at_item(
                "MS118",
                item,
                ("dialect",) if item.get("dialect") is not None else ("name",),
                f"The target '{name}' cannot hold {setting_names} in dialect {dialect.name}: {dialect.why_not(text)}.",
                object=f"target:{name}",
                help=_HELP,
                related=tuple(Related(value.location, "the value") for value in places[:1] if value.location),
            )


def _text(value: Json, secrets: Secrets | None) -> str | None:
    reference = secret_reference(value)
    if reference is None:
        return value if isinstance(value, str) else None
    found = None if secrets is None else secrets.read(reference)
    return filled(value, found.secret.reveal()) if isinstance(found, Resolved) else None
