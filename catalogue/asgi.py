"""The catalogue for an ASGI server. Its views are synchronous, so a WSGI server is the faster choice."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
application = get_asgi_application()
