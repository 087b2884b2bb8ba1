from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

import tickets


@pytest.fixture
def client():
    with tickets.db as db:
        db.execute("drop table if exists tickets")
        db.execute("create table tickets (id integer primary key, seat integer)")
        db.execute("insert into tickets values (1, 11)")
    return TestClient(tickets.app)


def withdraw(number):
    """What somebody else does at the same moment."""
    with tickets.db as db:
        db.execute("delete from tickets where id = ?", (number,))


def test_moved(client):
    assert client.put("/tickets/1", json={"seat": 12}).status_code == 200
    assert client.get("/tickets/1").json() == {"seat": 12}


def test_unknown(client):
    assert client.put("/tickets/2", json={"seat": 12}).status_code == 404


def test_withdrawn_meanwhile(client):
    def find_and_withdraw(number):
        withdraw(number)
        return (11,)

    with patch("tickets.find", find_and_withdraw):
        assert client.put("/tickets/1", json={"seat": 12}).status_code == 404


def test_withdrawn_by_a_mock(client):
    with patch("tickets.find", side_effect=lambda number: withdraw(number) or (11,)):
        assert client.put("/tickets/1", json={"seat": 12}).status_code == 404
