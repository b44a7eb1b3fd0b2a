"""The pages in a real browser, on a catalogue that runs as `make run` starts it."""
