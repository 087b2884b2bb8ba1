import sqlite3

import pytest

from letters import SCHEMA, Letters
from postbox import postbox

MESSAGE = {"booking": "B-3310", "guest": {"name": "Ines", "email": "ines@example.org"}, "nights": 2}


@pytest.fixture
def box():
    with postbox() as box:
        yield box


@pytest.fixture
def letters(tmp_path, box):
    path = tmp_path / "hotel.db"
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.close()
    return Letters(path, *box.server_address)


@pytest.mark.idempotent
def test_the_guest_gets_a_letter(prodready, letters, box):
    prodready.deliver(letters.on_booking_confirmed, MESSAGE)
    assert "To: ines@example.org" in box.letters[0]
    assert "Dear Ines, we expect you for 2 nights." in box.letters[0]


def test_one_letter_for_each_booking(prodready, letters, box):
    for booking in ("B-1", "B-2"):
        prodready.deliver(letters.on_booking_confirmed, {**MESSAGE, "booking": booking})
    assert len(box.letters) == 2
