"""A real queue from outside: a mail server that takes mail, and processes that can be killed."""
