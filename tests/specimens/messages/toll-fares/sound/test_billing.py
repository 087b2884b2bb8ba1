import json

import pytest

from toll.billing import on_passage
from toll.models import Account, Base, Session, engine


@pytest.fixture(autouse=True)
def accounts():
    Base.metadata.create_all(engine)
    with Session.begin() as session:
        session.add(Account(plate="HH-XY 12", balance=5000))
    yield
    Base.metadata.drop_all(engine)


def balance():
    with Session() as session:
        return session.get(Account, "HH-XY 12").balance


@pytest.mark.idempotent
@pytest.mark.parametrize(("gate", "left"), [("north", 4760), ("bridge", 4390)])
def test_passage_is_charged(prodready, gate, left):
    body = json.dumps({"reference": f"{gate}-000417", "plate": "HH-XY 12", "gate": gate}).encode()
    assert prodready.deliver(on_passage, body) is None
    assert balance() == left


def test_unknown_gate(prodready):
    with pytest.raises(KeyError):
        prodready.deliver(on_passage, b'{"reference": "s-1", "plate": "HH-XY 12", "gate": "south"}')
    assert balance() == 5000
