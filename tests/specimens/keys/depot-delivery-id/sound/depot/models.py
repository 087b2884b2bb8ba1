from django.db import models


class Inbox(models.Model):
    identity = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField(auto_now_add=True)


class Bay(models.Model):
    code = models.CharField(max_length=8, primary_key=True)
    parcels = models.IntegerField(default=0)


class Arrival(models.Model):
    bay = models.ForeignKey(Bay, on_delete=models.PROTECT, related_name="arrivals")
    tracking = models.CharField(max_length=32)
