import itertools

import httpx
import pytest
import wired


@pytest.fixture
def pay(tmp_path, respx_mock):
    numbers = itertools.count(1)
    respx_mock.post("https://psp.test/charges").mock(
        side_effect=lambda request: httpx.Response(201, json={"id": f"ch_{next(numbers)}"})
    )
    client = wired.protected(tmp_path / "payments.db").test_client()

    def pay(headers):
        answer = client.post("/payments", json={"amount": 50}, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    pay.listed = lambda headers: client.get("/payments", headers=headers).get_json()
    return pay
