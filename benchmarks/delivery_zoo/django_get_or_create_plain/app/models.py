from django.db import models


class Vote(models.Model):
    key = models.CharField(max_length=40, db_index=True)
    choice = models.IntegerField()
