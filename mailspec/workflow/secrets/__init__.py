"""Reading, checking and rotating the secrets that a project names."""
