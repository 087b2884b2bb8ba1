from django.db import transaction
from django.db.models import F
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.response import Response

from .models import Article, Order
from .serializers import OrderSerializer


class OutOfStock(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "not that many in stock"


class Unprocessable(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class Orders(generics.CreateAPIView):
    serializer_class = OrderSerializer

    def create(self, request):
        key = request.headers.get("Idempotency-Key")
        if not key:
            raise ParseError("Idempotency-Key is missing")
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        if asked["quantity"] < 1:
            raise Unprocessable("one is the least")
        known = Order.objects.filter(key=key).first()
        if known:
            if (known.sku, known.quantity) != (asked["sku"], asked["quantity"]):
                raise Unprocessable("this key was used for another order")
            return Response(self.get_serializer(known).data, status=201)
        serializer.save(key=key)
        with transaction.atomic():
            take(**asked)
        return Response(serializer.data, status=201)


def take(sku, quantity):
    article = Article.objects.select_for_update().filter(sku=sku).first()
    if article is None:
        raise NotFound
    if article.stock < quantity:
        raise OutOfStock
    article.stock -= quantity
    article.save()


class OrderDetail(generics.RetrieveAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    lookup_field = "id"

    def get_object(self):
        order = super().get_object()
        order.desk = "read"
        order.save(update_fields=["desk"])
        return order


class Cancelling(generics.GenericAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    lookup_field = "id"

    @transaction.atomic
    def post(self, request, id):
        order = self.get_object()
        Order.objects.filter(id=id).update(state="cancelled")
        Article.objects.filter(sku=order.sku).update(stock=F("stock") + order.quantity)
        order.refresh_from_db()
        return Response(self.get_serializer(order).data)
