import uuid

from django.conf import settings
from django.db import models


class Sample(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="samples")
    material = models.CharField(max_length=40)
    grams = models.PositiveIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)


class StoredReply(models.Model):
    key = models.CharField(max_length=100, unique=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
