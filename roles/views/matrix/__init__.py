"""The matrix of roles and the capabilities they need."""
