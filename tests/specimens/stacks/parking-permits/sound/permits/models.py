from django.db import models


class Zone(models.Model):
    slug = models.SlugField(primary_key=True)
    yearly_fee = models.DecimalField(max_digits=6, decimal_places=2)


class Permit(models.Model):
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="permits")
    plate = models.CharField(max_length=12)
    fee = models.DecimalField(max_digits=6, decimal_places=2)
    issued = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "plate"], name="one_permit_a_car")]
