"""Indexes for those who ask who has read what, at a million events. Measured: docs/how-to/audit.md."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

# A list that was shown names the records in its details, not in a column of its own.
_LISTS = """
    CREATE INDEX audit_lists_with_a_code ON audit_auditevent USING gin ((details -> 'codes') jsonb_path_ops)
        WHERE outcome = 'shown' AND details ? 'codes';
    CREATE INDEX audit_lists_with_a_holder ON audit_auditevent USING gin ((details -> 'holders') jsonb_path_ops)
        WHERE outcome = 'shown' AND details ? 'holders';
"""
_NO_LISTS = "DROP INDEX audit_lists_with_a_code; DROP INDEX audit_lists_with_a_holder;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["subject", "at", "id"],
                name="readings_of_a_subject",
                condition=models.Q(outcome="shown"),
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["holder", "at", "id"],
                name="readings_of_a_holder",
                condition=models.Q(outcome="shown"),
            ),
        ),
        migrations.AddIndex(model_name="auditevent", index=BrinIndex(fields=["at"], name="events_by_time")),
        migrations.RunSQL(_LISTS, _NO_LISTS),
    ]
