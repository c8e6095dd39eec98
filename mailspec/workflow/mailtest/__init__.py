"""Test messages and probes."""
