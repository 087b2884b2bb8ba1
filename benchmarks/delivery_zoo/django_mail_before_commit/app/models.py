from django.db import models


class Invitation(models.Model):
    key = models.CharField(max_length=40, unique=True)
    address = models.EmailField()
