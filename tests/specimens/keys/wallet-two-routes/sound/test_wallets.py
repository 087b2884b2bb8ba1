import pytest
from sqlalchemy.orm import Session

from wallets import Wallet, create_app


@pytest.fixture
def client(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'wallets.db'}")
    with Session(app.config["ENGINE"]) as db:
        db.add(Wallet(id=5, cents=2000))
        db.commit()
    yield app.test_client()
    app.config["ENGINE"].dispose()


@pytest.mark.idempotent
def test_in_and_out_again(client):
    paid_in = client.post("/wallets/5/deposits", json={"cents": 750}, headers={"Idempotency-Key": "in-20310401"})
    assert (paid_in.status_code, paid_in.json["cents"]) == (201, 750)
    paid_out = client.post("/wallets/5/withdrawals", json={"cents": 750}, headers={"Idempotency-Key": "out-20310401"})
    assert (paid_out.status_code, paid_out.json["cents"]) == (201, -750)
    assert client.get("/wallets/5").json == {"cents": 2000}


def test_more_than_there_is(client):
    answer = client.post("/wallets/5/withdrawals", json={"cents": 2001}, headers={"Idempotency-Key": "out-20310402"})
    assert answer.status_code == 409
    assert client.get("/wallets/5").json == {"cents": 2000}


def test_key_is_required(client):
    assert client.post("/wallets/5/deposits", json={"cents": 1}).status_code == 400
