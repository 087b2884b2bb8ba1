from django.db import models


class Patient(models.Model):
    number = models.SlugField(primary_key=True)
    doses_received = models.PositiveIntegerField(default=0)


class Dose(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="doses")
    vaccine = models.CharField(max_length=40)
    microlitres = models.PositiveIntegerField()
    request_key = models.CharField(max_length=80, null=True, unique=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
