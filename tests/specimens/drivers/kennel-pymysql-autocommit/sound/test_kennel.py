import os

import pymysql
import pytest
from fastapi.testclient import TestClient

import kennel

SERVER = {"host": "127.0.0.1", "user": "root", "password": ""}
NAME = f"kennel_{os.getpid()}"


@pytest.fixture
def client(monkeypatch):
    con = pymysql.connect(**SERVER, autocommit=True)
    with con, con.cursor() as cur:
        cur.execute(f"create database {NAME}")
        con.select_db(NAME)
        for text in kennel.SCHEMA:
            cur.execute(text)
        monkeypatch.setattr(kennel, "server", {**SERVER, "database": NAME})
        yield TestClient(kennel.app)
        cur.execute(f"drop database {NAME}")


@pytest.mark.idempotent
def test_a_stay(client):
    body = {"phone": "0470", "dog": "Rex", "nights": ["2031-05-01", "2031-05-02"]}
    assert client.post("/stays", json=body).status_code == 201
    assert client.get("/stays").json() == ["Rex 2031-05-01", "Rex 2031-05-02"]


def test_too_long(client):
    nights = [f"2031-05-0{day}" for day in range(1, 6)]
    assert client.post("/stays", json={"phone": "0470", "dog": "Rex", "nights": nights}).status_code == 409


@pytest.mark.idempotent
def test_forget(client):
    client.post("/stays", json={"phone": "0470", "dog": "Rex", "nights": ["2031-05-01"]})
    assert client.delete("/owners/0470").status_code == 204
    assert client.get("/stays").json() == []
