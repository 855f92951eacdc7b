"""A file may be of another list than that of referrals, and a workbook instead of a table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_tier_waits")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="listing",
            field=models.CharField(default="referrals", max_length=20),
        ),
        migrations.AddField(
            model_name="export",
            name="form",
            field=models.CharField(choices=[("csv", "csv"), ("xlsx", "xlsx")], default="csv", max_length=4),
        ),
    ]
