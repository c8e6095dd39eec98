"""Signing in by token: which client an account's settings mean, ``login``, ``logout``, and who is signed in."""
