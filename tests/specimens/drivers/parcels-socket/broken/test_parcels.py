import pytest


@pytest.mark.idempotent
def test_a_label_is_printed(client, printer):
    assert client.put("/parcels/K12", json={"town": "Ghent"}).status_code == 200
    assert client.get("/parcels").get_json() == {"K12": True}
    assert "K12 Ghent" in printer.labels[0]
