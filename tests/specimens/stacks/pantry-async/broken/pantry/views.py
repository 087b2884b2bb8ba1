import json

from django.db.models import F
from django.http import Http404, JsonResponse

from .models import Donation, Pantry


async def find(town):
    try:
        return await Pantry.objects.aget(town=town)
    except Pantry.DoesNotExist:
        raise Http404


async def show(request, town):
    pantry = await find(town)
    receipts = [donation.receipt async for donation in pantry.donation_set.all()]
    return JsonResponse({"kilos": pantry.kilos, "receipts": receipts})


async def donate(request, town):
    if request.method != "POST":
        return JsonResponse({}, status=405)
    pantry = await find(town)
    body = json.loads(request.body)
    if body["kilos"] <= 0:
        return JsonResponse({"kilos": "must be positive"}, status=422)
    donation, _ = await Donation.objects.aget_or_create(
        receipt=body["receipt"], defaults={"pantry": pantry, "kilos": body["kilos"]}
    )
    await Pantry.objects.filter(pk=pantry.pk).aupdate(kilos=F("kilos") + donation.kilos)
    return JsonResponse({"receipt": donation.receipt}, status=201)
