"""Checking a project's files: findings, severities, suppressions, baselines and fixes."""
