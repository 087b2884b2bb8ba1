import pytest
from rest_framework.test import APIClient


@pytest.mark.idempotent
def test_a_sheet(send, survey):
    assert send(8, 3).json() == {"answers": 2}
    survey.refresh_from_db()
    assert survey.points == 11


def test_points_of_all(send):
    send(8, 3)
    send(5, 5, respondent="r-18")
    assert APIClient().get("/v2/surveys/canteen").json() == {"slug": "canteen", "points": 21}


@pytest.mark.parametrize("scores", [(8, 11), (1, 2, 3), ()])
def test_what_cannot_be(send, survey, scores):
    assert send(*scores).status_code == 400
    survey.refresh_from_db()
    assert survey.points == 0


def test_another_survey(send):
    assert send(1, slug="parking").status_code == 404
