from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Webinar",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(unique=True)),
                ("title", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("webinar", models.ForeignKey("webinars.Webinar", on_delete=models.CASCADE, related_name="attendees")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=100)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={"unique_together": {("webinar", "email")}},
        ),
    ]
