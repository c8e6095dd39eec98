"""What is wanted minus what is held: plans as values. Reads and writes nothing.

How a workflow calls it::

    from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
    from mailspec.plan.flags import Flags
    from mailspec.plan.guard import refusals
    from mailspec.plan.limit import select
    from mailspec.plan.make import make_plan
    from mailspec.plan.order import for_display
    from mailspec.plan.saved import dump, load

    chosen = select(words, desired, live)            # --limit: names, unknown (exit 2), ambiguous (exit 2)
    plan = make_plan(desired, live, Flags(limit=chosen.names or None, prune=prune, confirmed=names, as_of=date))
    for change in for_display(plan.changes): ...      # destructive ones first; none: "No changes."
    refusals(plan, desired, live)                     # what stops an apply; shown with the plan too
    Path(out).write_text(dump(plan))                  # plan --out
    load(text)                                        # Plan, or Refusal where it is damaged or edited

``live`` comes from :func:`mailspec.apply.live.read_live`.
"""
