"""Check one project: the rules, their severities, what is suppressed, and files that nothing reads."""
