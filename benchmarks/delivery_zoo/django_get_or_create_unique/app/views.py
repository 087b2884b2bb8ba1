import json

from django.db import transaction
from django.db.models import F
from django.http import JsonResponse

from .models import Nest, Sighting


@transaction.atomic
def seen(request, nest):
    body = json.loads(request.body)
    sighting, new = Sighting.objects.get_or_create(
        event=body["event_id"], defaults={"nest_id": nest, "eggs": body["eggs"]}
    )
    if new:
        Nest.objects.filter(pk=nest).update(eggs=F("eggs") + sighting.eggs)
    return JsonResponse({"sighting": sighting.pk})
