import pytest

from register.models import Patient

pytestmark = pytest.mark.django_db(transaction=True)
MMR = {"vaccine": "MMR", "microlitres": 500}


@pytest.fixture
def patient():
    return Patient.objects.create(number="p-2207")


@pytest.mark.idempotent(key="X-Request-Key", key_required=True)
def test_record_a_dose(client, patient):
    url = f"/patients/{patient.number}/doses/"
    answer = client.post(url, MMR, content_type="application/json", headers={"X-Request-Key": "ward3-0091"})
    assert answer.status_code == 201
    assert answer.json()["microlitres"] == 500
    assert client.get(url).json() == {"received": 1}


def test_unknown_patient(client):
    answer = client.post(
        "/patients/p-1/doses/", MMR, content_type="application/json", headers={"X-Request-Key": "ward3-0092"}
    )
    assert answer.status_code == 404
