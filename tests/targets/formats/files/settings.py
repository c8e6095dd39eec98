"""Settings of Acme; ä."""

import os

DEBUG = os.environ.get("DEBUG") == "1"
HOST = "localhost"  # here
PORT = 25
OTHER = (1, 2)
MAILERS = {"default": {"host": "x", "port": 25}}
if DEBUG:
    HOST = "other"
