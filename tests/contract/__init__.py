"""What the API promises to programs."""
