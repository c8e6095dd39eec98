"""What mailspec knows: rules, providers, effective settings, starters."""
