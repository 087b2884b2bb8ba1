import json

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import JsonResponse

from .models import Booking, Show


def book(request, show):
    key, seats = request.headers["Idempotency-Key"], json.loads(request.body)["seats"]
    try:
        with transaction.atomic():
            booking = Booking.objects.create(show_id=show, key=key, seats=seats)
            Show.objects.filter(pk=show).update(free=F("free") - seats)
    except IntegrityError:
        booking = Booking.objects.get(key=key)
    if booking.seats != seats:
        return JsonResponse({"error": "this key was used for another booking"}, status=422)
    return JsonResponse({"id": booking.pk, "seats": booking.seats}, status=201)
