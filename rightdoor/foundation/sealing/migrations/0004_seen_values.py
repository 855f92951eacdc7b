from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sealing", "0003_certificates")]

    operations = [
        migrations.CreateModel(
            name="SeenValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cell", models.BinaryField()),
                ("value", models.BinaryField()),
                ("seen_at", models.DateTimeField()),
                ("is_newest", models.BooleanField(default=True)),
                ("came_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cell", "value"), name="one_row_for_each_value_of_a_cell")
                ],
            },
        ),
    ]
