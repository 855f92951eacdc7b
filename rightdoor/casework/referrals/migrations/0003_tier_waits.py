"""A slower tier waits for its second person, and may be refused: two more kinds of setting."""

from django.db import migrations, models

KINDS = ("computed", "retriaged", "shortened", "lengthened", "waits", "refused")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_export")]

    operations = [
        migrations.AlterField(
            model_name="tierchange",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=12),
        ),
    ]
