import json
import re

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from .models import Permit, Zone


def as_json(permit):
    return {"id": permit.pk, "plate": permit.plate, "fee": str(permit.fee)}


@require_POST
def issue(request, zone):
    zone = get_object_or_404(Zone, pk=zone)
    plate = json.loads(request.body)["plate"].upper()
    if not re.fullmatch(r"[A-Z]{1,3}-[A-Z0-9]{2,6}", plate):
        return JsonResponse({"plate": "no such number plate"}, status=400)
    permit, created = Permit.objects.get_or_create(zone=zone, plate=plate, defaults={"fee": zone.yearly_fee})
    return JsonResponse(as_json(permit), status=201 if created else 200)


@require_GET
def show(request, pk):
    return JsonResponse(as_json(get_object_or_404(Permit, pk=pk)))
