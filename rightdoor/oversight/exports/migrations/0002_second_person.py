import django.db.models.deletion
from django.db import migrations, models

import rightdoor.foundation.codes

BY_ANOTHER = models.Q(is_exact=False) | (~models.Q(approved_by="") & ~models.Q(approved_by=models.F("made_by")))


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="grantreport",
            name="approved_by",
            field=models.CharField(blank=True, default="", max_length=9),
            preserve_default=False,
        ),
        # Exact reports made before were made by one person, and stay as they were made: NOT VALID holds every row from
        # now on to the rule and leaves those alone.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE exports_grantreport ADD CONSTRAINT grant_report_exact_is_approved_by_another"
                    " CHECK (NOT is_exact OR (approved_by <> '' AND approved_by <> made_by)) NOT VALID",
                    "ALTER TABLE exports_grantreport DROP CONSTRAINT grant_report_exact_is_approved_by_another",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="grantreport",
                    constraint=models.CheckConstraint(
                        name="grant_report_exact_is_approved_by_another", condition=BY_ANOTHER
                    ),
                )
            ],
        ),
        migrations.CreateModel(
            name="ExactRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rightdoor.foundation.codes.new_code, max_length=9, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("taken_back", "taken_back"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("voca", "voca"), ("tims", "tims"), ("nibrs", "nibrs"), ("htcds", "htcds")],
                        max_length=8,
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                (
                    "part",
                    models.CharField(
                        choices=[(x, x) for x in ("q1", "q2", "q3", "q4", "h1", "h2", "year")], max_length=4
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=60)),
                (
                    "ground",
                    models.CharField(
                        choices=[("voca", "voca"), ("tvpa", "tvpa"), ("ucr", "ucr"), ("bjs", "bjs")], max_length=12
                    ),
                ),
                ("told_sealed", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=9)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=9)),
                ("decided_sealed", models.BinaryField(null=True)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "report",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="exports.grantreport",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at", "-id"], name="exact_request_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ground", ""), _negated=True), name="exact_request_has_its_ground"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", ""),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="exact_request_is_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("approved", "declined")), _negated=True),
                            models.Q(models.Q(("decided_by", ""), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="exact_request_goes_on_only_when_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("report__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("report__isnull", True)),
                            _connector="OR",
                        ),
                        name="exact_request_has_its_report_once_approved",
                    ),
                ],
            },
        ),
    ]
