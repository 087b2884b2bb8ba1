"""Two receivers, and what is shown of what they received."""

import json

from django.db.models import F
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Account, Event, Parcel
from .serializers import ParcelEvent
from .signatures import signed


@csrf_exempt
@require_POST
def payments(request):
    """The payments provider tells that somebody has paid."""
    event = json.loads(request.body)
    stored, _ = Event.objects.get_or_create(
        id=event["id"], defaults={"kind": event["type"], "payload": event}
    )
    if not signed(request, "payments"):
        return HttpResponseBadRequest("wrong signature")
    if stored.kind == "payment.succeeded":
        Account.objects.filter(holder=event["account"]).update(balance=F("balance") + event["amount"])
    return HttpResponse(status=204)


@require_GET
def account(request, holder):
    found = get_object_or_404(Account, holder=holder)
    return JsonResponse({"holder": found.holder, "balance": found.balance})


@require_GET
def events(request):
    """For the support desk."""
    return JsonResponse({"events": list(Event.objects.order_by("id").values("id", "kind"))})


class Parcels(APIView):
    """The carrier tells where a parcel is."""

    def post(self, request):
        if not signed(request._request, "parcels"):
            raise ParseError("wrong signature")
        parcel, _ = Parcel.objects.get_or_create(number=request.data.get("number", ""))
        event = ParcelEvent(data=request.data)
        event.is_valid(raise_exception=True)
        parcel.status = event.validated_data["status"]
        parcel.save()
        return Response({"number": parcel.number, "status": parcel.status})


class ParcelDetail(APIView):
    def get(self, request, number):
        parcel = get_object_or_404(Parcel, number=number)
        return Response({"number": parcel.number, "status": parcel.status})
