import hashlib
import hmac
import time

TOLERANCE = 300


class BadSignature(Exception):
    """Not signed by the sender, or too long ago."""


def sign(body: bytes, secret: str, timestamp: int) -> str:
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def verify(body: bytes, secret: str, header: str) -> None:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    timestamp = parts.get("t", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        raise BadSignature("outside the tolerance")
    if not hmac.compare_digest(sign(body, secret, int(timestamp)), header):
        raise BadSignature("does not match")
