from io import BytesIO

import pytest

from contest import app


@pytest.fixture
def client(tmp_path):
    app.config.update(TESTING=True, DB=tmp_path / "contest.db", PHOTOS=tmp_path)
    return app.test_client()


def hand_in(client, name="heron.jpg", content=b"\xff\xd8\xff heron", **form):
    return client.post(
        "/contests/birds-2025/entries",
        data={"photo": (BytesIO(content), name), **form},
        content_type="multipart/form-data",
    )


@pytest.mark.idempotent
def test_hand_in(client, tmp_path):
    response = hand_in(client, title="Heron at dawn")
    assert response.status_code == 201
    assert client.get(response.location).json["title"] == "Heron at dawn"
    assert len(list(tmp_path.glob("*.jpg"))) == 1


@pytest.mark.idempotent
def test_shortlist(client):
    hand_in(client)
    assert client.post("/entries/1/shortlist").status_code == 204
    assert client.get("/entries/1").json["stage"] == "shortlisted"


def test_views_are_counted(client):
    url = hand_in(client, "tern.png", b"\x89PNG tern").headers["Location"]
    assert [client.get(url).json["views"] for _ in range(2)] == [1, 2]


def test_only_photos(client):
    assert hand_in(client, "cv.pdf").status_code == 415
    assert client.get("/entries/1").status_code == 404


def test_nothing_to_shortlist(client):
    assert client.post("/entries/9/shortlist").status_code == 404
