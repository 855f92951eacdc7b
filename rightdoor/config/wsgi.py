"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
application = get_wsgi_application()

from rightdoor.config.checks import refuse_unsafe  # noqa: E402 - needs the program loaded

refuse_unsafe()
