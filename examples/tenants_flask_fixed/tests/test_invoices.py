def test_create_invoice(bill):
    response = bill(cents=12000)
    assert response.status_code == 201
    assert response.json == {"id": 1, "number": 1, "customer": "Florist", "cents": 12000, "state": "draft"}


def test_invoices_are_numbered(client, bill, project):
    bill(key="k-1")
    bill(key="k-2")
    response = client.get(f"/api/projects/{project}/invoices")
    assert [invoice["number"] for invoice in response.json] == [1, 2]


def test_invoice_over_nothing(bill):
    assert bill(cents=0).status_code == 422


def test_show_invoice(client, bill):
    number = bill().json["id"]
    assert client.get(f"/api/invoices/{number}").json["customer"] == "Florist"


def test_document(client, bill):
    number = bill().json["id"]
    response = client.get(f"/api/invoices/{number}/document")
    assert response.status_code == 200
    assert "120.00 EUR" in response.text


def test_mark_as_sent(client, bill):
    number = bill().json["id"]
    assert client.put(f"/api/invoices/{number}/sent").json["state"] == "sent"


def test_pay_invoice(client, bill):
    number = bill().json["id"]
    response = client.put(f"/api/invoices/{number}/payment")
    assert response.status_code == 200
    assert response.json["state"] == "paid"


def test_pay_an_unknown_invoice(client):
    assert client.put("/api/invoices/404/payment").status_code == 404
