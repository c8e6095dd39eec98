"""Feeds broken input to the command line and judges what comes out; `python -m tools.fuzz`."""
