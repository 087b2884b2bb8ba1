from django.db import models


class Wallet(models.Model):
    holder = models.CharField(max_length=40, unique=True)
    cents = models.IntegerField()


class Fare(models.Model):
    wallet = models.ForeignKey(Wallet, on_delete=models.CASCADE)
    key = models.CharField(max_length=40)
    cents = models.IntegerField()
