import os

import pymysql
import pytest

import stamps

SERVER = {"host": "127.0.0.1", "user": "root", "password": ""}
NAME = f"stamp_cards_{os.getpid()}"


@pytest.fixture
def client(monkeypatch):
    con = pymysql.connect(**SERVER, autocommit=True)
    with con, con.cursor() as cur:
        cur.execute(f"create database {NAME}")
        con.select_db(NAME)
        for text in stamps.SCHEMA:
            cur.execute(text)
        cur.execute("insert into cards (id, holder) values (5, 'Ines')")
        monkeypatch.setattr(stamps, "server", {**SERVER, "database": NAME})
        yield stamps.app.test_client()
        cur.execute(f"drop database {NAME}")
