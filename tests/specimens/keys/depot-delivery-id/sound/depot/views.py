import json

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .models import Arrival, Bay, Inbox


def parcel_arrived(parcel):
    bay = Bay.objects.get(pk=parcel["bay"])
    Arrival.objects.create(bay=bay, tracking=parcel["tracking"])
    Bay.objects.filter(pk=bay.pk).update(parcels=F("parcels") + 1)


HANDLERS = {"parcel.arrived": parcel_arrived}


@csrf_exempt
@require_POST
def carrier_hook(request):
    try:
        body = json.loads(request.body)
        event, parcel = body["event"], body["parcel"]
        identity = event["id"]
    except (ValueError, KeyError):
        return HttpResponseBadRequest("not an event")
    with transaction.atomic():
        _, new = Inbox.objects.get_or_create(identity=identity, defaults={"kind": event["kind"]})
        handler = HANDLERS.get(event["kind"])
        if new and handler:
            handler(parcel)
    return HttpResponse(status=204)
