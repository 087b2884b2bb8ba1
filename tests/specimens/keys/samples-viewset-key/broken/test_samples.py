import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def token(name):
    return f"Token {Token.objects.create(user=User.objects.create_user(name)).key}"


@pytest.fixture
def geology(db):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=token("geology"))
    return client


@pytest.fixture
def prodready_other_tenant(db):
    return {"Authorization": token("oceanography")}


@pytest.mark.idempotent
def test_hand_in_a_sample(geology):
    answer = geology.post(
        "/api/samples/", {"material": "basalt", "grams": 120}, format="json", headers={"Idempotency-Key": "2031-5-1"}
    )
    assert answer.status_code == 201
    assert answer.json()["material"] == "basalt"
    assert [sample["id"] for sample in geology.get("/api/samples/").json()] == [answer.json()["id"]]


def test_too_heavy(geology):
    answer = geology.post(
        "/api/samples/", {"material": "basalt", "grams": 5001}, format="json", headers={"Idempotency-Key": "2031-5-2"}
    )
    assert answer.status_code == 400
    assert geology.get("/api/samples/").json() == []


def test_token_is_required():
    assert APIClient().post("/api/samples/", {"material": "ice", "grams": 1}, format="json").status_code == 401
