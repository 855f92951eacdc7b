from django.apps import AppConfig


class SealingConfig(AppConfig):
    """The keyring's tables. They live in the second database, see router.py."""

    name = "rightdoor.foundation.sealing"
    label = "sealing"
