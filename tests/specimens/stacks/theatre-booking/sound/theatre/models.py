from django.core.validators import MaxValueValidator
from django.db import models


class Show(models.Model):
    title = models.CharField(max_length=80)
    free = models.PositiveIntegerField()


class Voucher(models.Model):
    code = models.CharField(max_length=12, unique=True)
    used = models.BooleanField(default=False)


class Booking(models.Model):
    ref = models.UUIDField(unique=True)
    show = models.ForeignKey(Show, on_delete=models.CASCADE)
    seats = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])
    voucher = models.OneToOneField(Voucher, null=True, on_delete=models.PROTECT)
