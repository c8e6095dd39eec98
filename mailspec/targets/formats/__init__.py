"""File formats: each reads a text as keys and values, and changes ours; all other characters stay."""
