from django.db import models


class Nest(models.Model):
    place = models.CharField(max_length=40, unique=True)
    eggs = models.IntegerField(default=0)


class Sighting(models.Model):
    event = models.CharField(max_length=40, unique=True)
    nest = models.ForeignKey(Nest, on_delete=models.CASCADE)
    eggs = models.IntegerField()
