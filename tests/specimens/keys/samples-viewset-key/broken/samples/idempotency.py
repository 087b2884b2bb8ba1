import hashlib
import json
from functools import wraps

from django.db import transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from .models import StoredReply


def idempotent(action):
    """Answer a request whose key is known from what was stored for it."""

    @wraps(action)
    def wrapper(view, request, *args, **kwargs):
        key = request.headers.get("Idempotency-Key")
        if not key:
            return action(view, request, *args, **kwargs)
        payload = json.dumps(request.data, sort_keys=True)
        fingerprint = hashlib.sha256(f"{request.path}\n{payload}".encode()).hexdigest()
        stored = StoredReply.objects.filter(key=key).first()
        if stored is not None:
            if stored.fingerprint != fingerprint:
                return Response({"detail": "This key was used with another payload."}, status=422)
            return Response(stored.body, status=stored.status)
        with transaction.atomic():
            response = action(view, request, *args, **kwargs)
            StoredReply.objects.create(
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                body=json.loads(JSONRenderer().render(response.data)),
            )
        return response

    return wrapper
