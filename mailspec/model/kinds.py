"""The kinds of things that a Spec names by a word: secret backends, and the types of targets with their words.

Plain tables without pydantic, so that the model, the loader, the rules and the backends read them alike. A kind of
ours is a line here and its module; a secret backend has a line in the registry of :mod:`mailspec.secrets`, too.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class SecretKind(NamedTuple):
    """One secret backend.

    ``about`` and ``value`` describe it in the schema; ``pattern`` is what its text must match, ``None`` for a list of
    texts. ``form`` is how the value is described in messages. ``path`` tells which part of the text is a path that
    starts at the declaring file. ``elsewhere`` is what to do instead where mailspec does not write its secrets.
    """

    word: str
    about: str
    value: str
    pattern: str | None
    example: str | list[str] | None = None
    form: str = ""
    path: Literal["", "whole", "before #"] = ""
    elsewhere: str = ""


# No control characters, which no tool shows and a name in a shell or in systemd's files cannot have; not only spaces.
FILE_PATH = r"^ *[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"

SECRETS: dict[str, SecretKind] = {
    kind.word: kind
    for kind in (
        SecretKind(
            "env",
            "The secret is in an environment variable of the process that uses it.",
            "The variable's name.",
            r"^[A-Za-z_][A-Za-z0-9_]*$",
            "ACME_SMTP_PASSWORD",
            form="the name of an environment variable (letters, digits and _)",
            elsewhere="set the variable where the program gets it, such as the pipeline's secret store",
        ),
        SecretKind(
            "file",
            "The secret is a file's content; one trailing newline is dropped.",
            "The file's path; a relative one starts at the declaring file.",
            FILE_PATH,
            path="whole",
        ),
        SecretKind(
            "keyring",
            "The secret is in the system's keyring.",
            "Service and user name with a slash between; ``{email}`` stands for the person's address.",
            r"^[^/]+/.+$",
            "acme/{email}",
            form="SERVICE/USER, such as acme/{email}",
        ),
        SecretKind(
            "vault",
            "The secret is in HashiCorp Vault or OpenBao (KV version 2).",
            "Mount and path, then ``#`` and the field.",
            r"^[^#]+#[^#]+$",
            "secret/mail/acme#password",
            form="MOUNT/PATH#FIELD, such as secret/mail/acme#password",
        ),
        SecretKind(
            "sops",
            "The secret is a value of a sops-encrypted file.",
            "The file, then ``#`` and the dotted key.",
            r"^[^#\x00-\x1f\x7f-\x9f]+#[^#\x00-\x1f\x7f-\x9f]+$",
            "secrets.sops.yml#smtp.password",
            form="FILE#KEY, such as secrets.sops.yml#smtp.password",
            path="before #",
            elsewhere="change it with 'sops edit FILE'",
        ),
        SecretKind(
            "age",
            "The secret is the content of a file encrypted with age.",
            "The encrypted file's path; a relative one starts at the declaring file.",
            FILE_PATH,
            path="whole",
        ),
        SecretKind(
            "command",
            "The secret is what a command prints. No shell is involved.",
            "The command and its arguments, one item each.",
            None,
            ["pass", "show", "mail/acme"],
            form="a list of a command and its arguments, such as [pass, show, mail/acme]",
            elsewhere="change it with the program that keeps it",
        ),
        SecretKind(
            "ansible_vault",
            "The secret is an Ansible Vault value in place (``!vault |``).",
            "The encrypted text, from ``$ANSIBLE_VAULT`` on.",
            r"^\$ANSIBLE_VAULT;",
            elsewhere="make a new value with 'ansible-vault encrypt_string'",
        ),
        SecretKind(
            "plugin",
            "The secret is given by an installed package (entry point group `mailspec.secrets`).",
            "The plug-in's name, then ``:`` and what it is asked for.",
            r"^[^:]+:.+$",
            "bitwarden:mail/acme",
            form="NAME:WORD, such as bitwarden:mail/acme",
            elsewhere="change it where the plug-in keeps it",
        ),
    )
}
SECRET_KINDS: tuple[str, ...] = tuple(SECRETS)

# Words that every target may have, whatever its type.
COMMON_WORDS = (
    *("name", "renamed_from", "type", "path", "mode", "adopt", "backup", "configuration"),
    *("machine", "reload", "prove"),
)
# Words of targets that name a file to be read; a relative path starts at the declaring file.
FILE_WORDS = ("template", "certificate", "ca_bundle")


class TargetKind(NamedTuple):
    """One type of target of ours, with the words that it reads beside the common ones.

    ``implementation`` is its module in :mod:`mailspec.targets` and the class there.
    ``redirects``: it can give all mail another recipient. ``sends``: a program sends by what is written.
    ``needs_path``: it has no usual file, or is one. ``passwords`` says whose stand in its files as they
    are: the default configuration's, everyone's, either only with ``secrets: values`` (``asked``), or nobody's.
    """

    implementation: str
    about: str
    words: tuple[str, ...]
    redirects: bool = False
    sends: bool = True
    needs_path: bool = True
    passwords: Literal["default", "everyone", "asked", "nobody"] = "default"


# A third party's type is not here: it brings a JSON Schema of its words.
TARGET_TYPES: dict[str, TargetKind] = {
    "env_file": TargetKind(
        "env_file.EnvFile",
        "A file of KEY=value lines.",
        ("preset", "prefix", "dialect", "version"),
    ),
    "ini_file": TargetKind(
        "preset_file.Ini",
        "An INI file, such as Grafana's and Gitea's.",
        ("preset", "prefix", "version"),
    ),
    "toml_file": TargetKind(
        "preset_file.Toml",
        "A TOML file.",
        ("preset", "prefix", "version"),
    ),
    "yaml_file": TargetKind(
        "preset_file.Yaml",
        "A YAML file, such as Alertmanager's and Synapse's.",
        ("preset", "prefix", "version"),
    ),
    "properties_file": TargetKind(
        "preset_file.Properties",
        "A .properties file of a Java program.",
        ("preset", "prefix", "version"),
    ),
    "python_file": TargetKind(
        "preset_file.Python",
        "A Python module of settings, such as Django's.",
        ("preset", "version"),
    ),
    "ruby_file": TargetKind(
        "preset_file.Ruby",
        "GitLab's gitlab.rb.",
        ("preset", "version"),
    ),
    "postfix": TargetKind(
        "postfix.Postfix",
        "Postfix as a relay: main.cf, master.cf and maps, by sender.",
        ("ca_bundle",),
        redirects=True,
        needs_path=False,
        passwords="everyone",
    ),
    "msmtp": TargetKind(
        "msmtp.Msmtp",
        "An msmtprc file with an account for each that sends.",
        ("person",),
        needs_path=False,
        passwords="everyone",
    ),
    "nullmailer": TargetKind(
        "nullmailer.Nullmailer",
        "nullmailer: one relay for the whole machine.",
        ("ca_bundle",),
        needs_path=False,
    ),
    "exim": TargetKind(
        "exim.Exim",
        "Debian's Exim as a satellite of one relay.",
        ("ca_bundle",),
        needs_path=False,
    ),
    "git_send_email": TargetKind(
        "git_send_email.GitSendEmail",
        "git send-email, with an identity for each that sends.",
        ("person", "ca_bundle"),
        passwords="everyone",
    ),
    "export": TargetKind(
        "export.Export",
        "One document of everything that sends.",
        ("format", "template", "secrets"),
        passwords="asked",
    ),
    "form": TargetKind(
        "form.Form",
        "A sheet to type over into a product's windows.",
        ("product", "format", "person"),
        passwords="nobody",
    ),
    "kubernetes_secret": TargetKind(
        "kubernetes.KubernetesSecret",
        "A Kubernetes Secret with a preset's names, passwords in clear.",
        ("preset", "prefix", "resource", "namespace"),
    ),
    "external_secret": TargetKind(
        "kubernetes.ExternalSecret",
        "An ExternalSecret with a preset's names; the cluster fetches the password.",
        ("preset", "prefix", "resource", "namespace", "store", "remote"),
        passwords="nobody",
    ),
    "sealed_secret": TargetKind(
        "kubernetes.SealedSecret",
        "A SealedSecret with a preset's names; only the cluster reads the password.",
        ("preset", "prefix", "resource", "namespace", "certificate"),
        passwords="nobody",
    ),
    "compose": TargetKind(
        "compose.Compose",
        "A Compose file that gives a service its environment.",
        ("preset", "prefix", "service", "secrets"),
        passwords="asked",
    ),
    "systemd_credential": TargetKind(
        "systemd_credential.SystemdCredential",
        "The password as a credential of systemd, encrypted where asked for.",
        ("credential", "encrypt"),
    ),
    "microsoft365": TargetKind(
        "microsoft365.Microsoft365",
        "A PowerShell script of the rights that mailboxes need, to be reviewed and run.",
        (),
        sends=False,
        passwords="nobody",
    ),
    "zabbix": TargetKind(
        "zabbix.Zabbix",
        "A Zabbix server's e-mail media type, by its API.",
        ("url", "token", "ca_bundle", "media_type"),
        needs_path=False,
    ),
    "keycloak": TargetKind(
        "keycloak.Keycloak",
        "A Keycloak realm's mail server, by its API.",
        ("url", "token", "client", "ca_bundle", "realm"),
        needs_path=False,
    ),
    "youtrack": TargetKind(
        "youtrack.YouTrack",
        "A YouTrack server's e-mail settings, by its API.",
        ("url", "token", "ca_bundle"),
        needs_path=False,
    ),
    "hub": TargetKind(
        "hub.Hub",
        "JetBrains Hub's properties; its REST API tests them.",
        ("url", "token", "ca_bundle"),
    ),
}
