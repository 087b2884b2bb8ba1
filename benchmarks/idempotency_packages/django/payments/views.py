"""A payment: a row in SQLite and a charge by a provider, for whoever the bearer token names."""

import os

import httpx
from django.db import transaction
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from payments.models import Payment

KEY = os.environ["KEY_HEADER"]
PROVIDER = "https://psp.test/charges"


class Bearer(TokenAuthentication):
    keyword = "Bearer"


def told(payment):
    return {"id": payment.id, "owner": payment.owner, "charge": payment.charge}


class Pay(APIView):
    authentication_classes = [Bearer]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        mine = Payment.objects.filter(owner=request.user.username)
        return Response([told(payment) for payment in mine])

    def post(self, request):
        amount = request.data["amount"]
        with transaction.atomic():
            payment = Payment.objects.create(owner=request.user.username, amount=amount)
            key = {"Idempotency-Key": request.headers.get(KEY, "")}
            payment.charge = httpx.post(PROVIDER, json={"amount": amount}, headers=key).json()["id"]
            payment.save()
        return Response(told(payment), 201)
