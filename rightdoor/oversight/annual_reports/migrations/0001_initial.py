import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import rightdoor.foundation.codes

# What is published is changed by nobody, also not by a mistake in the program; and whoever made something of a report
# cannot be the one who signs it, whatever an act says.
_STAYS = """
CREATE FUNCTION published_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    RAISE EXCEPTION 'what is published stays as it is' USING ERRCODE = 'check_violation';
END
$function$;
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON annual_reports_annualreport
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION published_stays();
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON annual_reports_annualreportfile
    FOR EACH ROW EXECUTE FUNCTION published_stays();
ALTER TABLE annual_reports_annualreport ADD CONSTRAINT no_author_signs
    CHECK (signed_by = '' OR NOT (signed_by = ANY (authors)));
"""
_CHANGES = """
ALTER TABLE annual_reports_annualreport DROP CONSTRAINT no_author_signs;
DROP TRIGGER published_stays ON annual_reports_annualreportfile;
DROP TRIGGER published_stays ON annual_reports_annualreport;
DROP FUNCTION published_stays();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AnnualReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rightdoor.foundation.codes.new_code, max_length=9, unique=True)),
                ("year", models.PositiveIntegerField()),
                ("edition", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("building", "building"),
                            ("failed", "failed"),
                            ("built", "built"),
                            ("reading", "reading"),
                            ("returned", "returned"),
                            ("signed", "signed"),
                            ("published", "published"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by", models.CharField(max_length=9)),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=9), size=None),
                ),
                (
                    "merges",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("narrative_sealed", models.BinaryField(null=True)),
                ("inputs_sealed", models.BinaryField(null=True)),
                ("inputs_hash", models.CharField(blank=True, max_length=64)),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("frozen_by", models.CharField(blank=True, max_length=9)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                (
                    "step",
                    models.CharField(
                        blank=True,
                        choices=[("counting", "counting"), ("protecting", "protecting"), ("auditing", "auditing")],
                        max_length=10,
                    ),
                ),
                ("built_at", models.DateTimeField(blank=True, null=True)),
                ("build_seconds", models.FloatField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, max_length=20)),
                (
                    "proposals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("built_sealed", models.BinaryField(null=True)),
                ("certificate_hash", models.CharField(blank=True, max_length=64)),
                ("is_for_release", models.BooleanField(default=False)),
                ("files_pass", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sent_by", models.CharField(blank=True, max_length=9)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("read_by", models.CharField(blank=True, max_length=9)),
                ("reasons_sealed", models.BinaryField(null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("signed_by", models.CharField(blank=True, max_length=9)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("published_by", models.CharField(blank=True, max_length=9)),
                ("document", models.JSONField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("year", "edition"), name="one_release_of_an_edition"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("built_sealed__isnull", False),
                                ("document__isnull", False),
                                ("files_pass", True),
                                ("inputs_sealed__isnull", False),
                                ("is_for_release", True),
                                ("published_at__isnull", False),
                                ("signed_at__isnull", False),
                                models.Q(("certificate_hash", ""), _negated=True),
                                models.Q(("inputs_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="published_needs_its_certificate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_by", "")),
                            models.Q(
                                models.Q(("signed_by", ""), _negated=True),
                                models.Q(("signed_by", models.F("drafted_by")), _negated=True),
                                models.Q(("signed_by", models.F("frozen_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="signed_by_a_second_reader",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document__isnull", True), ("state", "published"), _connector="OR"),
                        name="document_stands_in_clear_once_published",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnualReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="annual_reports.annualreport",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "name"), name="one_file_of_a_name")],
            },
        ),
        migrations.RunSQL(_STAYS, _CHANGES),
    ]
