import itertools

import httpx
import pytest


@pytest.fixture
def pay(transactional_db, respx_mock, client):
    from django.contrib.auth.models import User
    from rest_framework.authtoken.models import Token

    for name in ("alice", "bob"):
        Token.objects.create(user=User.objects.create(username=name), key=f"{name}-token")
    numbers = itertools.count(1)
    respx_mock.post("https://psp.test/charges").mock(
        side_effect=lambda request: httpx.Response(201, json={"id": f"ch_{next(numbers)}"})
    )
    client.raise_request_exception = False

    def pay(headers):
        answer = client.post("/payments", {"amount": 50}, content_type="application/json", headers=headers)
        return answer.status_code, answer.content.decode()

    pay.listed = lambda headers: client.get("/payments", headers=headers).json()
    return pay
