"""SMTP sessions: connect, TLS, sign-in, envelope, one test message. Secrets end here."""
