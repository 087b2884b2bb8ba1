from django.db import models


class Show(models.Model):
    title = models.CharField(max_length=40)
    free = models.IntegerField()


class Booking(models.Model):
    show = models.ForeignKey(Show, on_delete=models.CASCADE)
    key = models.CharField(max_length=40, unique=True)
    seats = models.IntegerField()
