import sqlite3

import httpx
import pytest

import plots


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "database", str(tmp_path / "plots.db"))
    con = sqlite3.connect(plots.database)
    con.execute(plots.SCHEMA)
    con.close()
    return httpx.AsyncClient(transport=httpx.ASGITransport(plots.app), base_url="http://test")


@pytest.mark.anyio
@pytest.mark.idempotent
async def test_ask(client):
    assert (await client.post("/plots/A7/requests", json={"gardener": "Tove"})).status_code == 201
    assert "Tove" in (await client.get("/requests")).json()


@pytest.mark.anyio
async def test_no_such_plot(client):
    assert (await client.post("/plots/-/requests", json={"gardener": "Tove"})).status_code == 422
    assert (await client.get("/requests")).json() == []
