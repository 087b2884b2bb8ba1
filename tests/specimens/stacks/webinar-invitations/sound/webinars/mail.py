import httpx
from django.conf import settings

client = httpx.Client(timeout=5)


def invite(attendee):
    response = client.post(
        f"{settings.MAIL_API}/send",
        json={"to": attendee.email, "subject": f"Your seat in {attendee.webinar.title}"},
    )
    response.raise_for_status()
