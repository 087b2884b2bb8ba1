import itertools

import httpx
import pytest
import wired
from fastapi.testclient import TestClient


class Measured:
    """Gives each answer its length, as a proxy would: some packages leave it out when they repeat one."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        parts, start = [], {}

        async def measure(message):
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] != "http.response.body":
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    body = b"".join(parts)
                    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
                    await send({**start, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, measure)


@pytest.fixture
def pay(tmp_path, respx_mock):
    numbers = itertools.count(1)
    respx_mock.post("https://psp.test/charges").mock(
        side_effect=lambda request: httpx.Response(201, json={"id": f"ch_{next(numbers)}"})
    )
    app = wired.protected(tmp_path / "payments.db")
    with TestClient(Measured(app), raise_server_exceptions=False) as client:

        def pay(headers):
            answer = client.post("/payments", json={"amount": 50}, headers=headers)
            return answer.status_code, answer.text

        pay.listed = lambda headers: client.get("/payments", headers=headers).json()
        yield pay
