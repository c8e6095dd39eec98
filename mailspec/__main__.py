"""``python -m mailspec``."""

from mailspec.cli.main import run

if __name__ == "__main__":
    run()
