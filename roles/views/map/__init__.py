"""The map of roles: who works with whom, as a drawing and as a table."""
