import pytest
from app import Base, Purse, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Purse(owner="Ida", coins=5))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_give(client, engine):
    answer = client.post("/purses/Ida/gifts", json={"coins": 20}, headers={"Idempotency-Key": "birthday"})
    assert answer.status_code == 201
    assert answer.json()["coins"] == 20
    with Session(engine) as db:
        assert db.get(Purse, "Ida").coins == 25
