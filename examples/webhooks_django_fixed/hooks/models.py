from django.db import models


class Account(models.Model):
    holder = models.CharField(max_length=50, primary_key=True)
    balance = models.IntegerField(default=0)


class Event(models.Model):
    """What the payments provider told."""

    id = models.CharField(max_length=50, primary_key=True)
    kind = models.CharField(max_length=50)
    payload = models.JSONField()


class Parcel(models.Model):
    number = models.CharField(max_length=20, primary_key=True)
    status = models.CharField(max_length=20, default="announced")
