from django.db import models


class Article(models.Model):
    sku = models.CharField(max_length=20, primary_key=True)
    stock = models.IntegerField()


class Order(models.Model):
    key = models.CharField(max_length=64, unique=True)
    sku = models.CharField(max_length=20)
    quantity = models.IntegerField()
    state = models.CharField(max_length=12, default="placed")
    desk = models.CharField(max_length=12, default="new")

    def as_json(self):
        return {"id": self.id, "sku": self.sku, "quantity": self.quantity, "state": self.state}
