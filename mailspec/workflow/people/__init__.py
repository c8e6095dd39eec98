"""People from a table to files."""
