"""The site as an app: loads its system checks."""

from django.apps import AppConfig


class Site(AppConfig):
    """No tables, no pages."""

    name = "rightdoor.config"
    label = "site"

    def ready(self) -> None:
        from rightdoor.config import checks  # noqa: F401 - registers them
