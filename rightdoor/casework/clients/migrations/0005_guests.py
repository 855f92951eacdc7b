"""A guest's standing waits for a signature: one more kind."""

from django.db import migrations, models

KINDS = ("assigned", "invited", "referrer", "override", "awaits")


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_grounds")]

    operations = [
        migrations.AlterField(
            model_name="standing",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=10),
        ),
    ]
