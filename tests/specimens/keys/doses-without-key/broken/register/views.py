import json

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View

from .models import Dose, Patient


def as_json(dose):
    return {"dose": dose.pk, "vaccine": dose.vaccine, "microlitres": dose.microlitres}


def replay(dose, patient, vaccine, microlitres):
    if (dose.patient_id, dose.vaccine, dose.microlitres) != (patient.pk, vaccine, microlitres):
        return JsonResponse({"error": "this key was used for another dose"}, status=422)
    return JsonResponse(as_json(dose), status=200)


class Doses(View):
    def post(self, request, number):
        key = request.headers.get("X-Request-Key")
        patient = get_object_or_404(Patient, pk=number)
        body = json.loads(request.body)
        vaccine, microlitres = body["vaccine"], body["microlitres"]
        if key and (known := Dose.objects.filter(request_key=key).first()):
            return replay(known, patient, vaccine, microlitres)
        try:
            with transaction.atomic():
                dose = patient.doses.create(vaccine=vaccine, microlitres=microlitres, request_key=key)
                Patient.objects.filter(pk=patient.pk).update(doses_received=F("doses_received") + 1)
        except IntegrityError:
            return replay(Dose.objects.get(request_key=key), patient, vaccine, microlitres)
        return JsonResponse(as_json(dose), status=201)

    def get(self, request, number):
        patient = get_object_or_404(Patient, pk=number)
        return JsonResponse({"received": patient.doses_received})
