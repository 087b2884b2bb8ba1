import json

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from .models import Parcel, Scan


@require_POST
@transaction.atomic
def events(request):
    event = json.loads(request.body)
    parcel, _ = Parcel.objects.get_or_create(number=event["parcel"])
    if event["type"] == "announced":
        parcel.weight = event["weight"]
        parcel.save()
        return HttpResponse(status=202)
    Scan.objects.create(parcel=parcel, hub=event["hub"], sequence=event["sequence"])
    if event["sequence"] > parcel.hub_sequence:
        parcel.hub, parcel.hub_sequence = event["hub"], event["sequence"]
        parcel.save()
    return HttpResponse(status=202)


def show(request, number):
    parcel = Parcel.objects.get(number=number)
    return JsonResponse({"weight": parcel.weight, "hub": parcel.hub, "scans": parcel.scan_set.count()})
