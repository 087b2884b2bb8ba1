from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View

from . import mail
from .models import Webinar


class Attendees(View):
    def get(self, request, slug):
        webinar = get_object_or_404(Webinar, slug=slug)
        return JsonResponse({"attendees": list(webinar.attendees.order_by("name").values_list("name", flat=True))})

    def post(self, request, slug):
        webinar = get_object_or_404(Webinar, slug=slug)
        try:
            validate_email(email := request.POST.get("email", ""))
        except ValidationError as error:
            return JsonResponse({"errors": error.messages}, status=400)
        with transaction.atomic():
            attendee, created = webinar.attendees.update_or_create(
                email=email, defaults={"name": request.POST.get("name", email)}
            )
            if created:
                transaction.on_commit(partial(mail.invite, attendee))
        return JsonResponse({"attendee": attendee.pk}, status=202)
