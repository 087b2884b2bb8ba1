import pytest
from fastapi.testclient import TestClient

import printing


@pytest.fixture
def office(tmp_path):
    printing.setup(tmp_path / "spool.db")
    with TestClient(printing.app) as client:
        yield client


@pytest.mark.idempotent
def test_print(office):
    res = office.post("/print", json={"document": "doc-5512", "copies": 3})
    assert res.status_code == 202
    assert res.json() == {"document": "doc-5512", "sheets_left": 497}


def test_zero_copies(office):
    assert office.post("/print", json={"document": "d", "copies": 0}).status_code == 422
