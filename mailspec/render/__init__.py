"""Outcomes as text, JSON and other formats. Every format shows the same objects."""
