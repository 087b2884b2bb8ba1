import sqlite3
from hashlib import sha256

import pytest

from invoicing import create_app

MEMBERS = [(1, "ada@studio.example"), (2, "bob@garage.example")]


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "invoicing.db"
    app = create_app(path)
    app.testing = True
    db = sqlite3.connect(path)
    with db:
        db.execute("insert into organisations (id, name, seats) values (1, 'Studio', 2), (2, 'Garage', 5)")
        for organisation, email in MEMBERS:
            row = db.execute(
                "insert into members (organisation_id, email) values (?, ?)", (organisation, email)
            )
            token = sha256(f"token-of-{email}".encode()).hexdigest()
            db.execute(
                "insert into tokens values (?, ?, '2024-01-01T00:00:00+00:00')", (token, row.lastrowid)
            )
    db.close()
    return app


@pytest.fixture
def client(app):
    """Ada, of Studio."""
    return signed_in(app, "ada@studio.example")


@pytest.fixture
def garage(app):
    """Bob, of Garage."""
    return signed_in(app, "bob@garage.example")


@pytest.fixture
def project(client):
    return client.post("/api/projects", json={"name": "Website"}).json["id"]


@pytest.fixture
def bill(client, project):
    """Make an invoice."""

    def bill(cents=12000, key="k-1"):
        body = {"customer": "Florist", "cents": cents}
        return client.post(f"/api/projects/{project}/invoices", json=body, headers={"Idempotency-Key": key})

    return bill


def signed_in(app, email):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer token-of-{email}"
    return client
