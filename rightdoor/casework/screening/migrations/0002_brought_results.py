from django.db import migrations, models

import rightdoor.foundation.codes


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BroughtResults",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=rightdoor.foundation.codes.new_code, max_length=9, unique=True)),
                ("brought_by", models.CharField(max_length=9)),
                ("brought_at", models.DateTimeField()),
                ("rows", models.PositiveIntegerField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["brought_by", "-brought_at", "-id"], name="results_brought_by")],
            },
        ),
        migrations.AddField(
            model_name="countedscreening",
            name="tool_version",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
