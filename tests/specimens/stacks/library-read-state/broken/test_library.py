import pytest
from fastapi.testclient import TestClient

from library import Loans, application


@pytest.fixture
def loans():
    return Loans()


@pytest.fixture
def prodready_read_state(loans):
    return lambda: {"loans": loans.rows, "reminders": loans.reminders}


@pytest.mark.idempotent
def test_lend(loans):
    answer = TestClient(application(loans)).post("/loans", json={"book": 12}, headers={"Idempotency-Key": "l-3"})
    assert answer.status_code == 201
