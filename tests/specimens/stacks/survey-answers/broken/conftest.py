import pytest
from rest_framework.test import APIClient

from surveys.models import Survey


@pytest.fixture
def survey(db):
    survey = Survey.objects.create(slug="canteen")
    survey.questions.create(pk=1, text="How is the soup?")
    survey.questions.create(pk=2, text="How long is the queue?")
    return survey


@pytest.fixture
def send(survey):
    def send(*scores, respondent="r-17", slug="canteen"):
        answers = [{"question": number, "score": score} for number, score in enumerate(scores, 1)]
        return APIClient().post(
            f"/v2/surveys/{slug}/answers", {"respondent": respondent, "answers": answers}, format="json"
        )

    return send
