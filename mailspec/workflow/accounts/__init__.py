"""From what a Spec says to accounts that can send: settings as plain data, secrets, tokens."""
