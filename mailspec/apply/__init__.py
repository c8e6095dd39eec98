"""The only writer: lock, preflight, test, write, verify, commit, undo.

How a workflow calls it::

    from mailspec.apply.live import read_live
    from mailspec.apply.recover import recover
    from mailspec.apply.request import Request, needed_references
    from mailspec.apply.run import apply
    from mailspec.plan.make import make_plan
    from mailspec.state.store import open_state, snapshot
    from mailspec.state.url import parse_url

    url = parse_url(option or environ.get(VARIABLE), project)      # StateUrl or Refusal
    session = open_state(url, instance_id, environment)            # opens nothing yet
    said = recover(session, desired, project)                      # list of sentences, or Refusal; apply only
    live = read_live(snapshot(session), desired, project, lookup)  # snapshot raises StateError (.refusal)
    plan = make_plan(desired, live, flags)                         # show it, ask for approval
    recap = apply(session, Request(desired, flags, project, lookup, preflight, send_test, approved=plan))

``lookup`` maps a reference to its ``Secret``; it gives ``None`` for what is not readable here. For a plan that is fine
(``not_checked``), for an apply every one of ``needed_references(desired, flags)`` must be there.

Reading commands call ``snapshot``, ``history``, ``entry`` (state/store.py), ``unfinished`` (apply/recover.py) and
``read_live``; they create nothing. ``rollback`` plans :func:`mailspec.plan.rollback.wanted_again` of an entry.

SQLAlchemy is imported by this package and by most of ``mailspec.state``: import them only where they are used.
"""
