"""Times mailspec validate beside other tools; `python -m bench.run`."""
