"""The queue for mail that must not be lost: accepted once, delivered, tried again, or kept as a dead letter."""
