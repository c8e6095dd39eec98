"""The Spec: everything that is declared, from all files, for the base or one environment."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Item
from mailspec.text import Document

MAPS = ("instance", "general", "delivery", "deliverability", "policy")
# What an overlay says of its environment itself, beside the sections in which it differs.
OVERLAY_WORDS = ("kind", "redirect_to")
LISTS = ("configurations", "groups", "users", "mailings", "features", "email_types", "targets")


def name_key(section: str) -> str:
    """Return the key that names an item of a section."""
    return "email" if section == "users" else "name"


KIND_OF = {
    "configurations": "configuration",
    "groups": "group",
    "users": "user",
    "mailings": "mailing",
    "features": "feature",
    "email_types": "email_type",
    "targets": "target",
}


class Spec:
    """All declared items by section and name. A section that nobody declared is an empty one.

    ``environment`` is the overlay that has been merged, ``None`` for the base; ``environments`` are the known ones.
    ``overlay`` holds what the overlay says of its environment itself (``kind``, ``redirect_to``).
    ``base_id`` and ``base_name`` are the base's in an overlay: they key the state whatever the overlay says of the
    instance.
    ``gaps`` are the sections of which something could not be read: a name that is not there may have stood in it.
    """

    __slots__ = (
        "base_id",
        "base_name",
        "documents",
        "environment",
        "environments",
        "gaps",
        "lists",
        "maps",
        "overlay",
        "prefix",
        "root",
    )

    def __init__(
        self,
        root: str,
        documents: list[Document],
        maps: dict[str, Item],
        lists: dict[str, dict[str, Item]],
        environments: tuple[str, ...] = (),
        environment: str | None = None,
        prefix: str = "",
        gaps: frozenset[str] = frozenset(),
        overlay: Item | None = None,
        base_id: str | None = None,
        base_name: str | None = None,
    ) -> None:
        self.root = root
        self.prefix = prefix
        self.documents = documents
        self.maps = maps
        self.lists = lists
        self.environments = environments
        self.gaps = gaps
        self.environment = environment
        self.overlay = overlay
        self.base_id = base_id
        self.base_name = base_name

    def replace(
        self,
        *,
        maps: dict[str, Item] | None = None,
        lists: dict[str, dict[str, Item]] | None = None,
        environment: str | None = None,
        overlay: Item | None = None,
    ) -> Spec:
        """Return another Spec of the same files with other items."""
        return Spec(
            self.root,
            self.documents,
            self.maps if maps is None else maps,
            self.lists if lists is None else lists,
            self.environments,
            self.environment if environment is None else environment,
            self.prefix,
            self.gaps,
            self.overlay if overlay is None else overlay,
            self.base_id if environment is None else self.instance_id,
            self.base_name if environment is None else self.instance.get("name"),
        )

    @property
    def kind(self) -> str | None:
        """What the environment is declared to be, ``production`` or ``test``; ``None`` where nothing is said."""
        kind: str | None = None if self.overlay is None else self.overlay.get("kind")
        return kind

    @property
    def redirect_to(self) -> str | None:
        """The address that gets all mail of a test environment."""
        address: str | None = None if self.overlay is None else self.overlay.get("redirect_to")
        return address

    def inside(self, name: str) -> str:
        """Return a file's path in the project from the name that it is shown by."""
        return name.removeprefix(self.prefix)

    @property
    def instance(self) -> Item:
        """The program's own section."""
        return self.maps["instance"]

    @property
    def general(self) -> Item:
        """The general settings."""
        return self.maps["general"]

    @property
    def policy(self) -> Item:
        """What must hold, whoever writes the Spec."""
        return self.maps["policy"]

    @property
    def configurations(self) -> dict[str, Item]:
        """The sending accounts by name."""
        return self.lists["configurations"]

    @property
    def users(self) -> dict[str, Item]:
        """The people by e-mail address."""
        return self.lists["users"]

    @property
    def groups(self) -> dict[str, Item]:
        """The groups by name."""
        return self.lists["groups"]

    @property
    def mailings(self) -> dict[str, Item]:
        """The mass mailings and dispatch models by name."""
        return self.lists["mailings"]

    @property
    def targets(self) -> dict[str, Item]:
        """The programs that are configured, by name."""
        return self.lists["targets"]

    @property
    def sends_bulk(self) -> bool:
        """Whether mass mail is declared."""
        return self.general.get("bulk") is not None or bool(self.mailings)

    @property
    def sends_mobile(self) -> bool:
        """Whether mail from mobile devices is declared."""
        return self.general.get("bulk", "mobile_from") is not None

    @property
    def needs_bulk_account(self) -> bool:
        """Whether something is sent through the bulk account: mobile mail, or a mailing sent as another address."""
        sent_as = (item.get("mode") == "general" and item.get("send_as") for item in self.mailings.values())
        return self.sends_mobile or any(sent_as)

    @property
    def in_cloud(self) -> bool:
        """Whether the program runs in the vendor's cloud."""
        return bool(self.instance.get("deployment") == "cloud")

    @property
    def former_ids(self) -> tuple[str, ...]:
        """By what the state was keyed before the instance had its id: the names of the base and of the overlay."""
        names = (self.base_name, self.instance.get("name")) if self.environment else (self.instance.get("name"),)
        return tuple(dict.fromkeys(slug(str(name or "default")) for name in names))

    @property
    def instance_id(self) -> str:
        """The key of the state: declared, or made from the name."""
        if self.base_id is not None:
            return self.base_id
        declared: Any = self.instance.get("id")
        return str(declared) if declared else slug(str(self.instance.get("name") or "default"))


def slug(name: str) -> str:
    """Make an id from a name.

    >>> slug("Acme Hub (Paris)")
    'acme-hub-paris'
    """
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words)[:63] or "default"
