def test_refer(client, clinic):
    assert client.post("/referrals", json={"patient": "M. Okafor", "clinic": "Eyes"}).status_code == 201
    assert client.get("/referrals").json() == ["M. Okafor"]


def test_the_clinic_is_down(client):
    assert client.post("/referrals", json={"patient": "M. Okafor", "clinic": "Eyes"}).status_code == 502
    assert client.get("/refusals").json() == ["M. Okafor"]
