"""What a change between two revisions means."""
