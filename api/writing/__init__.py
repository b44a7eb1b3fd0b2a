"""What is sent to change something: read within bounds, done once, held against what its sender read."""
