import json

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.http import JsonResponse

from .models import Invitation


def invite(request):
    key, address = request.headers["Idempotency-Key"], json.loads(request.body)["address"]
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(key=key, address=address)
            send_mail("You are invited", "Come and see us.", "house@example.org", [address])
    except IntegrityError:
        invitation = Invitation.objects.get(key=key)
    return JsonResponse({"id": invitation.pk}, status=201)
