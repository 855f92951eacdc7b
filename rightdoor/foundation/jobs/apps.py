from django.apps import AppConfig


class JobsConfig(AppConfig):
    """No tables of its own: the queue's library brings them."""

    name = "rightdoor.foundation.jobs"
    label = "jobs"
