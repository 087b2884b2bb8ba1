from unittest.mock import patch

import pytest

from scans import make


@pytest.fixture
def client(tmp_path):
    return make(tmp_path / "scans.sqlite").test_client()


def test_shown(client):
    with patch("scans.fetch", return_value="page"):
        assert client.get("/scans/1").json == {"scan": "page"}


def test_archive_fails(client):
    with patch("scans.fetch", side_effect=OSError):
        assert [client.get("/scans/1").status_code for _ in range(2)] == [503, 503]


def test_removed(client):
    assert client.delete("/scans/1").status_code == 200
    assert client.delete("/scans/1").status_code == 404
