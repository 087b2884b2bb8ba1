"""One payment by Alice, under all trials; and, by hand, who else is answered under her key."""

import os
import uuid

import pytest

HEADER = os.environ["KEY_HEADER"]
ALICE = {"Authorization": "Bearer alice-token"}
BOB = {"Authorization": "Bearer bob-token"}


@pytest.fixture
def key():
    """Of this run only: some packages keep their answers on a server that all runs share."""
    return {HEADER: str(uuid.uuid4())}


@pytest.fixture
def prodready_other_tenant():
    return BOB


def test_payments_are_listed(pay, key):
    """So that they are known to be more than a log that nobody reads."""
    assert pay(ALICE | key)[0] == 201
    assert len(pay.listed(ALICE)) == 1
    assert pay.listed(BOB) == []


@pytest.mark.idempotent(concurrent=True, crash=True, key=HEADER)
def test_pay(pay, key):
    status, body = pay(ALICE | key)
    assert status == 201, body
    assert '"alice"' in body


@pytest.mark.parametrize("other", [{}, BOB], ids=["anonymous", "second-user"])
def test_another_is_not_given_the_stored_answer(pay, key, other):
    status, body = pay(ALICE | key)
    assert status == 201, body
    # Some packages write the stored answer with other spaces in it.
    assert "".join(pay(other | key)[1].split()) != "".join(body.split())
