"""How programs read files of ``KEY=value`` lines. Each module reads and writes one dialect exactly."""
