#!/usr/bin/env python
"""Run a Django command: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from catalogue.environment import SettingsError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
    try:
        execute_from_command_line(sys.argv)
    except SettingsError as error:
        sys.exit(str(error))
