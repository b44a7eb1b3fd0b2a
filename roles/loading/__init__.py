"""Role files into the catalogue: find them, tell which role each describes, merge, report.

`run.load` does it all; the management command and, later, uploads only call it.
"""
