from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Versions of instruments, and the markup of their items."""

    name = "rightdoor.foundation.questionnaires"
    label = "questionnaires"
