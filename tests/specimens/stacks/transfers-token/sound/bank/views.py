import hashlib
import uuid

from django.db import transaction
from django.db.models import F
from rest_framework import generics, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Account, StoredReply
from .serializers import TransferSerializer


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT


class Transfers(APIView):
    def post(self, request):
        key = request.headers.get("Idempotency-Key")
        if not key:
            raise ValidationError({"Idempotency-Key": "this header is required"})
        fingerprint = hashlib.sha256(repr(sorted(request.data.items())).encode()).hexdigest()
        stored = StoredReply.objects.filter(owner=request.user, key=key).first()
        if stored:
            if stored.fingerprint != fingerprint:
                return Response({"detail": "this key was used for another transfer"}, status=422)
            return Response(stored.body, status=stored.status)
        form = TransferSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            reply = self.transfer(**form.validated_data)
            StoredReply.objects.create(owner=request.user, key=key, fingerprint=fingerprint, status=201, body=reply)
        return Response(reply, status=201)

    def transfer(self, source, target, cents):
        if not Account.objects.filter(pk=source.pk, balance__gte=cents).update(balance=F("balance") - cents):
            raise Conflict("the balance does not cover this")
        Account.objects.filter(pk=target.pk).update(balance=F("balance") + cents)
        return {"transfer": str(uuid.uuid4()), "cents": cents}


class AccountDetail(generics.GenericAPIView):
    lookup_field = "iban"

    def get_queryset(self):
        return Account.objects.filter(owner=self.request.user)

    def get(self, request, iban):
        return Response({"iban": iban, "balance": self.get_object().balance})
