import pytest
from app import Base, Stock, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Stock(article="A-4", pieces=10, version=3))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_receive(client, engine):
    answer = client.post("/stocks/A-4/receipts", json={"pieces": 25}, headers={"If-Match": "3"})
    assert answer.status_code == 200
    assert answer.json() == {"article": "A-4", "version": 4}
    with Session(engine) as db:
        assert db.get(Stock, "A-4").pieces == 35
