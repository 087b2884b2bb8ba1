from django.db import models


class Parcel(models.Model):
    number = models.CharField(max_length=20, unique=True)
    weight = models.IntegerField(null=True)
    hub = models.CharField(max_length=20, default="")
    hub_sequence = models.IntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)


class Scan(models.Model):
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE)
    hub = models.CharField(max_length=20)
    sequence = models.IntegerField()
