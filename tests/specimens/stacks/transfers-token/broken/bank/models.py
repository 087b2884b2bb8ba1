from django.conf import settings
from django.db import models


class Account(models.Model):
    iban = models.CharField(max_length=34, primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    balance = models.BigIntegerField()


class StoredReply(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()

    class Meta:
        unique_together = [("owner", "key")]
