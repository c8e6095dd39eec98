"""``validate``: load, resolve, run the rules on the base and every overlay; severity, suppression and order, once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mailspec.load.spec import Spec
from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import Report, finding
from mailspec.resolve.variables import FIELD_OF, Variables
from mailspec.rules import CHECKS, Context, SecretFact, run
from mailspec.workflow.frames import shown_texts
from mailspec.workflow.project import Project, open_project
from mailspec.workflow.suppress import suppress

Facts = Mapping[tuple[str, str], list[SecretFact]]
_WITH_SECRETS = frozenset({"MS203", "MS302", "MS303"})


def validate(
    paths: Sequence[str] = (".",),
    *,
    project: str | None = None,
    environment: str | None = None,
    with_secrets: bool = False,
    with_env: bool = False,
    as_of: date | None = None,
) -> Report:
    """Validate the projects around ``paths``. Reads files only, unless asked for secrets or the environment.

    Raises:
        WrongUseError: a path, project or environment that does not exist.
        NoSpecError: a project without any spec file.
    """
    reports = []
    roots: dict[tuple[str, str | None], Project] = {}
    collecting = gc.isenabled()
    gc.disable()
    try:
        for path in paths or (".",):
            opened = open_project(path, project, environment)
            key = (opened.root, opened.only[0] if opened.only else None)
            if key not in roots and (opened.root, None) not in roots:
                roots[key] = opened
                reports.append(
                    check(
                        opened,
                        environment,
                        with_secrets=with_secrets,
                        with_env=with_env,
                        as_of=as_of or date.today(),
                    )
                )
    finally:
        if collecting:
            gc.enable()
    if len(reports) == 1:
        return reports[0]
    findings = sorted({f: None for report in reports for f in report.findings}, key=lambda f: f.sort_key)
    texts = {name: text for report in reports for name, text in report.texts.items()}
    files = {opened.root: opened.loaded.files for opened in roots.values()}
    return Report(tuple(findings), sum(files.values()), texts)


def check(
    project: Project,
    environment: str | None,
    *,
    with_secrets: bool = False,
    with_env: bool = False,
    as_of: date,
) -> Report:
    """Validate one loaded project: the base and every overlay, or one environment."""
    loaded = project.loaded
    found = list(loaded.findings)
    specs = [project.spec(environment)] if environment is not None else [loaded.base, *loaded.environments.values()]
    seen: set[tuple[object, ...]] = set()
    for spec in specs:
        own = list(loaded.overlay_findings.get(spec.environment or "", ()))
        own.extend(run(context_of(spec, with_secrets=with_secrets, with_env=with_env, as_of=as_of)))
        for held in _severities(own, spec):
            key = (held.code, held.location, held.message)
            # What the base says already is not said again for each environment.
            if key not in seen:
                seen.add(key)
                found.append(held.but(environment=spec.environment) if spec.environment else held)
    ran = frozenset(code for entry in CHECKS for code in entry.codes if with_secrets or code not in _WITH_SECRETS)
    documents = list(loaded.documents.values())
    found = suppress(found, documents, ran | {"MS008"})
    if project.only:
        found = [f for f in found if f.location is None or f.location.file in project.only]
    found.sort(key=lambda f: f.sort_key)
    return Report(tuple(found), len(project.only) or loaded.files, shown_texts(documents, found))


def context_of(spec: Spec, *, with_secrets: bool = False, with_env: bool = False, as_of: date) -> Context:
    """Return what rules look at; the environment and secrets only where they are asked for."""
    facts: Facts = {}
    if with_secrets:
        from mailspec.workflow.secret_facts import secret_facts

        facts = secret_facts(spec)
    return Context(spec, as_of=as_of, variables=variables_of(spec) if with_env else None, secret_facts=facts)


def variables_of(spec: Spec) -> Variables:
    """Read the environment variables that override the active configuration; the password's text stays out."""
    prefix = spec.instance.get("env_prefix")
    if not isinstance(prefix, str):
        return Variables()
    held = {}
    for name in FIELD_OF:
        text = os.environ.get(prefix + name)
        if text is not None:
            held[name] = "set" if name == "PASSWORD" and text else text
    return Variables(prefix, held)


def _severities(findings: Iterable[Finding], spec: Spec) -> Iterable[Finding]:
    wanted = spec.policy.get("severity")
    if not isinstance(wanted, dict) or not wanted:
        yield from findings
        return
    for code in wanted:
        if code not in CATALOGUE or code in NEVER_SUPPRESSED:
            why = "is not a code" if code not in CATALOGUE else "keeps its severity"
            yield finding(
                "MS006" if code not in CATALOGUE else "MS007",
                f"{code} {why}.",
                spec.policy.locate(("severity", code), key=True),
                path=spec.policy.pointer(("severity", code)),
                help="mailspec rules lists the codes.",
            )
    for held in findings:
        severity = wanted.get(held.code) if held.code not in NEVER_SUPPRESSED else None
        if severity == "off":
            continue
        yield held.but(severity=severity) if severity else held
