"""Signing in with OAuth 2.0: grants, the token store with one writer, and the states that ``status`` shows.

What needs a library (msal, oauthlib, requests: the extra ``signin``) is imported by the modules that use it, and those
are imported only when a token is wanted.
"""
