import json

from django.db import transaction
from django.http import JsonResponse

from .models import Fare, Wallet


@transaction.atomic
def ride(request, holder):
    cents = json.loads(request.body)["cents"]
    wallet = Wallet.objects.select_for_update().get(holder=holder)
    fare = wallet.fare_set.filter(key=request.headers["Idempotency-Key"]).first()
    if fare is None:
        fare = Fare.objects.create(wallet=wallet, key=request.headers["Idempotency-Key"], cents=cents)
        wallet.cents -= cents
        wallet.save(update_fields=["cents"])
    if fare.cents != cents:
        return JsonResponse({"error": "this key was used for another fare"}, status=422)
    return JsonResponse({"id": fare.pk, "cents": fare.cents}, status=201)
