from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail's tables; the program may add to them and read them, nothing else (config/privileges.py)."""

    name = "rightdoor.foundation.audit"
    label = "audit"
