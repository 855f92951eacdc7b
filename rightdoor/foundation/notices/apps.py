from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices on the desk, and mail that says no more than that something waits."""

    name = "rightdoor.foundation.notices"
    label = "notices"
