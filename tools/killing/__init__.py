"""Kills an apply at each of its writes and looks at what is left. Run by tools/torture.py and by the suite."""
