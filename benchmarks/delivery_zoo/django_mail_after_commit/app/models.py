from django.db import models


class Complaint(models.Model):
    key = models.CharField(max_length=40, unique=True)
    text = models.TextField()
