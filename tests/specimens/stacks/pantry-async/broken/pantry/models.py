from django.db import models


class Pantry(models.Model):
    town = models.CharField(max_length=40, unique=True)
    kilos = models.IntegerField(default=0)


class Donation(models.Model):
    receipt = models.CharField(max_length=20, unique=True)
    pantry = models.ForeignKey(Pantry, on_delete=models.CASCADE)
    kilos = models.IntegerField()
