from django.db import models


class Vehicle(models.Model):
    vin = models.CharField(max_length=17, unique=True)
    out_of_service = models.BooleanField(default=False)


class Part(models.Model):
    number = models.CharField(max_length=20, primary_key=True)
    stock = models.IntegerField()


class Repair(models.Model):
    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="repairs")
    order_number = models.CharField(max_length=20, unique=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    parts = models.ManyToManyField(Part)
