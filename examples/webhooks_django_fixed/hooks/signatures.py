"""HMAC signatures over the raw body, in the header ``X-Signature``."""

import hmac
from hashlib import sha256

from django.conf import settings


def signature(sender, body):
    return hmac.new(settings.WEBHOOK_SECRETS[sender], body, sha256).hexdigest()


def signed(request, sender):
    """Whether the sender itself has sent this."""
    return hmac.compare_digest(signature(sender, request.body), request.headers.get("X-Signature", ""))
