"""The real programs, or their own readers and mailers: what each is declared as, needs and does."""

from __future__ import annotations

from tools.targets import senders
from tools.targets.scene import TOOLS, Program

_FILE = "path: {path}, adopt: true"
CLEAR = {"no_starttls": "sent in clear, MS110"}
PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "alertmanager",
            f"type: yaml_file, preset: alertmanager, prove: true, {_FILE}",
            senders.alertmanager,
            ("prometheus-alertmanager", "amtool"),
            before=senders.ALERTS,
            ports={"implicit": 465},
        ),
        Program(
            "django 5.2",
            f"type: python_file, preset: django, {_FILE}",
            senders.django("django52"),
            (TOOLS / "django52/bin/python",),
            before='SECRET_KEY = "x"\n',
        ),
        Program(
            "django 6.1",
            f'type: python_file, preset: django, version: "6.1", {_FILE}',
            senders.django("django61"),
            (TOOLS / "django61/bin/python",),
            before='SECRET_KEY = "x"\n',
        ),
        Program(
            "grafana",
            f"type: ini_file, preset: grafana, {_FILE}",
            senders.go_sender("grafana"),
            (TOOLS / "go-sender",),
            before="instance_name = acme\n[smtp]\n;enabled = false\n\n[auth]\nx = 1\n",
            ports={"implicit": 465},
            proof="its reader and mailer, go-ini and mail.v2",
        ),
        Program(
            "gitea",
            f"type: ini_file, preset: gitea, {_FILE}",
            senders.go_sender("gitea"),
            (TOOLS / "go-sender",),
            before="APP_NAME = Acme\n\n[server]\nHTTP_PORT = 1\n",
            outcomes=CLEAR,
            proof="its reader, go-ini, and mail.v2",
        ),
        Program(
            "git send-email",
            f"type: git_send_email, {_FILE}",
            senders.git,
            ("/usr/lib/git-core/git-send-email",),
            before="[user]\n\tname = T\n\temail = team@acme.example\n",
        ),
        Program(
            "nullmailer",
            "type: nullmailer, path: {path}/conf, adopt: true",
            senders.nullmailer,
            (TOOLS / "nullmailer/usr/sbin/nullmailer-send",),
            prepare=senders.prepare_nullmailer,
        ),
        Program(
            "exim",
            "type: exim, path: {path}, adopt: true, reload: ['true']",
            senders.exim,
            (TOOLS / "exim4/usr/sbin/exim4", "unshare"),
            prepare=senders.prepare_exim,
            host="127.0.0.2",  # Exim takes localhost for itself
        ),
        Program(
            "n8n",
            f"type: env_file, preset: n8n, dialect: docker, {_FILE}",
            senders.node("n8n.cjs"),
            ("node", TOOLS / "node/node_modules/@n8n/config"),
            outcomes=CLEAR,
            proof="its reader @n8n/config and nodemailer",
        ),
        Program(
            "directus",
            f"type: env_file, preset: directus, dialect: docker, {_FILE}",
            senders.node("directus.mjs"),
            ("node", TOOLS / "node/node_modules/@directus/env"),
            outcomes=CLEAR,
            proof="its reader @directus/env and nodemailer",
        ),
        Program(
            "spring",
            f"type: properties_file, preset: spring, {_FILE}",
            senders.java,
            ("java", "keytool", TOOLS / "java/SpringSender.class"),
            before="spring.application.name=acme\n",
            proof="its mailer, JavaMail 1.6.5",
        ),
        Program(
            "symfony",
            f"type: env_file, preset: symfony, dialect: docker, {_FILE}",
            senders.symfony,
            ("php", "/usr/share/php/Symfony/Component/Mailer/autoload.php"),
            outcomes=CLEAR,
            proof="its mailer, Symfony Mailer 5.4",
        ),
        Program(
            "rails",
            f"type: yaml_file, preset: rails, {_FILE}",
            senders.ruby("rails.rb"),
            ("ruby",),
            before="# mail\nshared:\n  open_timeout: 5\n",
            proof="its mailer, Action Mailer 6.1",
        ),
        Program(
            "gitlab",
            f"type: ruby_file, preset: gitlab, {_FILE}",
            senders.ruby("gitlab.rb"),
            ("ruby",),
            before="# external_url 'https://gitlab.acme.example'\n",
            outcomes=CLEAR,
            proof="its mailer, Action Mailer 6.1, by the names of its template",
        ),
        Program(
            "discourse",
            f"type: env_file, preset: discourse, dialect: docker, {_FILE}",
            senders.discourse,
            ("ruby",),
            outcomes=CLEAR,
            proof="its mailer, Action Mailer 6.1, by the names of its production.rb",
        ),
        Program(
            "authentik",
            f"type: env_file, preset: authentik, dialect: docker, {_FILE}",
            senders.authentik,
            (TOOLS / "django52/bin/python",),
            proof="its mailer, Django 5.2, by the names of its settings.py",
        ),
        Program(
            "synapse",
            f"type: yaml_file, preset: synapse, {_FILE}",
            senders.synapse,
            (TOOLS / "synapse/bin/python",),
            prepare=senders.prepare_synapse,
        ),
    )
}
