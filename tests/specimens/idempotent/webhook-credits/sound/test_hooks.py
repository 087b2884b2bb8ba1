import pytest
from starlette.testclient import TestClient

import hooks


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "hooks.db"
    con = hooks.open_db(file)
    con.executescript(hooks.DDL)
    con.execute("insert into teams values ('orbit', 100)")
    con.close()
    return file


@pytest.mark.idempotent
def test_paid_invoice_adds_credits(path):
    http = TestClient(hooks.create(path))
    event = {"id": "evt_71", "type": "invoice.paid", "data": {"team": "orbit", "credits": 50}}
    reply = http.post("/hooks/billing", json=event)
    assert reply.status_code == 200
    assert reply.json() == {"status": "accepted"}
    con = hooks.open_db(path)
    assert con.execute("select credits from teams").fetchone() == (150,)
    con.close()
