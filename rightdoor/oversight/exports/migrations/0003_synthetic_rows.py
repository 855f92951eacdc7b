import django.db.models.deletion
from django.db import migrations, models

STATES = ("asked", "declined", "approved", "made", "too_few", "failed", "fetched", "expired", "ended")


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0002_second_person"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="researchextract", name="extract_goes_on_only_when_decided"),
        migrations.AlterField(
            model_name="researchextract",
            name="state",
            field=models.CharField(choices=[(x, x) for x in STATES], default="asked", max_length=8),
        ),
        migrations.AlterField(
            model_name="researchextract",
            name="kind",
            field=models.CharField(
                choices=[("tables", "tables"), ("rows", "rows"), ("synthetic", "synthetic")],
                default="rows",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="researchextract",
            name="epsilon",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="researchextract",
            constraint=models.CheckConstraint(
                name="extract_goes_on_only_when_decided",
                condition=models.Q(
                    models.Q(("state__in", STATES[1:]), _negated=True),
                    models.Q(models.Q(("decided_by", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="researchextract",
            constraint=models.CheckConstraint(
                name="extract_of_synthetic_rows_has_its_cost",
                condition=models.Q(
                    models.Q(("epsilon__gt", 0), ("kind", "synthetic")),
                    models.Q(models.Q(("kind", "synthetic"), _negated=True), ("epsilon", 0)),
                    _connector="OR",
                ),
            ),
        ),
        migrations.CreateModel(
            name="PrivacySpending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_year", models.PositiveIntegerField()),
                ("last_year", models.PositiveIntegerField()),
                ("epsilon", models.PositiveSmallIntegerField()),
                ("spent_at", models.DateTimeField()),
                ("spent_by", models.CharField(max_length=9)),
                (
                    "extract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spending",
                        to="exports.researchextract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("epsilon__gt", 0)), name="spending_is_of_something"),
                    models.CheckConstraint(
                        condition=models.Q(("last_year__gte", models.F("first_year"))),
                        name="spending_of_years_in_order",
                    ),
                ],
            },
        ),
    ]
