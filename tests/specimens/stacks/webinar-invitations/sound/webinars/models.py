from django.db import models


class Webinar(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=100)


class Attendee(models.Model):
    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="attendees")
    email = models.EmailField()
    name = models.CharField(max_length=100)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        unique_together = [("webinar", "email")]
