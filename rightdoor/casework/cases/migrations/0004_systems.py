"""Which systems a client is with."""

import django.db.models.deletion
from django.db import migrations, models

import rightdoor.foundation.codes


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_groups_and_transfers")]

    operations = [
        migrations.CreateModel(
            name="SystemsPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rightdoor.foundation.codes.new_code, max_length=9, unique=True)),
                ("data_class", models.CharField(max_length=8)),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=9)),
                ("told_sealed", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="systems", to="cases.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "data_class", "version"), name="one_part_of_systems_a_version"
                    )
                ],
            },
        ),
    ]
