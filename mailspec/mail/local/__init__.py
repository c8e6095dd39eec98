"""Mail programs of this machine: a message is handed over to one, and what becomes of it is not known here."""
