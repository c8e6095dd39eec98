"""Templates of mail and their preview."""
