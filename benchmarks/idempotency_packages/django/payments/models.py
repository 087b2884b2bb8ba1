from django.db import models


class Payment(models.Model):
    owner = models.CharField(max_length=20)
    amount = models.IntegerField()
    charge = models.CharField(max_length=20, null=True)
