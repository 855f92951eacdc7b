"""Who was removed is told apart from whose window just closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_newest_first")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="ended_by",
            field=models.CharField(blank=True, default="", max_length=9),
            preserve_default=False,
        ),
    ]
