import json

from django.http import JsonResponse

from .models import Vote


def vote(request):
    choice = json.loads(request.body)["choice"]
    vote, created = Vote.objects.get_or_create(
        key=request.headers["Idempotency-Key"], defaults={"choice": choice}
    )
    if vote.choice != choice:
        return JsonResponse({"error": "this key was used for another choice"}, status=422)
    return JsonResponse({"id": vote.pk, "choice": vote.choice}, status=201 if created else 200)
