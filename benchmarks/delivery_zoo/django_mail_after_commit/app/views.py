import json

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.http import JsonResponse

from .models import Complaint


def complain(request):
    key, text = request.headers["Idempotency-Key"], json.loads(request.body)["text"]
    try:
        with transaction.atomic():
            complaint = Complaint.objects.create(key=key, text=text)
            transaction.on_commit(lambda: forward(complaint))
    except IntegrityError:
        complaint = Complaint.objects.get(key=key)
    return JsonResponse({"id": complaint.pk}, status=201)


def forward(complaint):
    send_mail(f"Complaint {complaint.pk}", complaint.text, "desk@example.org", ["office@example.org"])
