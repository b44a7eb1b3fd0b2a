"""The map of roles as a drawing."""
