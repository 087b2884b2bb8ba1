import json

from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from .models import Article, Order


class OutOfStock(Exception):
    pass


def error(status, text):
    return JsonResponse({"detail": text}, status=status)


@require_POST
def place(request):
    key = request.headers.get("Idempotency-Key")
    if not key:
        return error(400, "Idempotency-Key is missing")
    body = json.loads(request.body)
    sku, quantity = body["sku"], body["quantity"]
    if quantity < 1:
        return error(422, "one is the least")
    known = Order.objects.filter(key=key).first()
    if known:
        if (known.sku, known.quantity) != (sku, quantity):
            return error(422, "this key was used for another order")
        return JsonResponse(known.as_json(), status=201)
    try:
        with transaction.atomic():
            order = Order.objects.create(key=key, sku=sku, quantity=quantity)
            take(sku, quantity)
    except OutOfStock:
        return error(409, "not that many in stock")
    return JsonResponse(order.as_json(), status=201)


def take(sku, quantity):
    article = get_object_or_404(Article.objects.select_for_update(), sku=sku)
    if article.stock < quantity:
        raise OutOfStock
    article.stock -= quantity
    article.save()


@require_GET
def show(request, id):
    order = get_object_or_404(Order, id=id)
    return JsonResponse(order.as_json())


@require_POST
@transaction.atomic
def cancel(request, id):
    order = get_object_or_404(Order.objects.select_for_update(), id=id)
    if order.state != "cancelled":
        order.state = "cancelled"
        order.save()
        article = Article.objects.select_for_update().get(sku=order.sku)
        article.stock += order.quantity
        article.save()
    return JsonResponse(order.as_json())
