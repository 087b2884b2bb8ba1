import sqlite3

import pytest

from invoicing import create_app


@pytest.fixture
def app(tmp_path):
    path = str(tmp_path / "invoices.db")
    app = create_app(path)
    app.testing = True
    with sqlite3.connect(path) as db:
        db.execute("insert into invoices values (7001, 'Kowalski', 10000)")
    db.close()
    return app


@pytest.fixture
def client(app):
    return app.test_client()
