"""Datasette over the catalogue's SQLite file, for the server that runs the catalogue too."""

import os

from datasette.app import Datasette

application = Datasette([os.environ["BENCH_DATABASE"]]).app()
