"""From a checked project to a plan, an apply, drift and history."""
