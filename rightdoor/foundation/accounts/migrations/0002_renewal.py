"""Renewal of a lost way in by two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by", models.CharField(max_length=9)),
                ("asked_at", models.DateTimeField()),
                ("seconded_by", models.CharField(blank=True, max_length=9)),
                ("seconded_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renewals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("account",),
                        name="one_running_renewal_of_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconded_by", models.F("asked_by")), _negated=True),
                        name="renewal_takes_two_people",
                    ),
                ],
            },
        ),
    ]
