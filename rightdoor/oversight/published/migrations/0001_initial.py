from django.db import migrations, models

import rightdoor.foundation.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rightdoor.foundation.codes.new_code, max_length=9, unique=True)),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("report", "report"), ("cube", "cube"), ("extract", "extract"), ("grant", "grant")],
                        max_length=8,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "public"), ("leaders", "leaders"), ("named", "named")], max_length=8
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("about", models.CharField(max_length=9)),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.CharField(max_length=9)),
                ("printed", models.JSONField()),
                ("sums", models.JSONField()),
                ("hidden_sealed", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="published_entries_are_numbered")
                ],
            },
        ),
    ]
