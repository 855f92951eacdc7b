from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sealing", "0002_epochs")]

    operations = [
        migrations.AddField(
            model_name="destroyedsubject", name="permit", field=models.CharField(blank=True, max_length=9)
        ),
        migrations.AddField(model_name="destroyedsubject", name="erased", field=models.JSONField(default=dict)),
    ]
