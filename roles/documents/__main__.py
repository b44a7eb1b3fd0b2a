"""`python -m roles.documents COMMAND`; see `cli.py`."""

import sys

from roles.documents.cli import main

sys.exit(main())
