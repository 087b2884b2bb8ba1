import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from recipes.models import Recipe


@pytest.fixture
def cook(db):
    return get_user_model().objects.create(username="samin")


@pytest.fixture
def api(cook):
    client = APIClient()
    client.force_authenticate(user=cook)
    return client


@pytest.fixture
def soup(cook):
    return Recipe.objects.create(owner=cook, slug="onion-soup", minutes=75)


@pytest.mark.idempotent
class TestWriting:
    def test_create(self, api, cook):
        response = api.post("/api/recipes/", {"slug": "focaccia", "minutes": 40})
        assert response.status_code == 201
        assert response.data["minutes"] == 40
        assert "owner" not in response.data

    def test_update(self, api, soup):
        response = api.patch(f"/api/recipes/{soup.pk}/", {"minutes": 90})
        assert response.status_code == 200
        soup.refresh_from_db()
        assert (soup.slug, soup.minutes) == ("onion-soup", 90)

    def test_delete(self, api, soup):
        assert api.delete(f"/api/recipes/{soup.pk}/").status_code == 204
        assert Recipe.objects.count() == 0


def test_list(api, soup):
    assert [recipe["slug"] for recipe in api.get("/api/recipes/").json()] == ["onion-soup"]


def test_other_cooks_recipes_are_hidden(api, django_user_model):
    other = Recipe.objects.create(owner=django_user_model.objects.create(username="nigel"), slug="eggs", minutes=5)
    assert api.get(f"/api/recipes/{other.pk}/").status_code == 404
    assert api.delete(f"/api/recipes/{other.pk}/").status_code == 404


def test_time_runs_forward(api):
    response = api.post("/api/recipes/", {"slug": "toast", "minutes": -2})
    assert response.status_code == 400
    assert set(response.data) == {"minutes"}


def test_guests(db):
    assert APIClient().get("/api/recipes/").status_code in (401, 403)
