"""Messages: who they seem to come from, and the test message. Pure: nothing here connects."""
