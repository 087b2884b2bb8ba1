import pytest

from fulfilment.handlers import Refused


def test_paid_order_is_shipped(prodready, fulfilment, db, order):
    prodready.deliver(fulfilment.on_order_paid, order)
    assert db.execute("select * from shipments").fetchall() == [("A-17", "lamp", 2, "Mill Lane 3")]


def test_paid_order_takes_from_the_stock(prodready, fulfilment, stock, order):
    prodready.deliver(fulfilment.on_order_paid, order)
    assert stock("lamp") == 8


def test_redelivered_order_takes_from_the_stock_once(prodready, fulfilment, stock, order):
    prodready.deliver(fulfilment.on_order_paid, order, times=2)
    assert stock("lamp") == 8


def test_carrier_and_customer_are_told(prodready, fulfilment, published, order):
    prodready.deliver(fulfilment.on_order_paid, order)
    assert published("pickups")[0] == {"order": "A-17", "address": "Mill Lane 3"}
    assert published("mails")[0] == {"to": "eve@example.org", "subject": "Order A-17 is on its way"}


def test_order_of_an_unknown_article(prodready, fulfilment, published, order):
    with pytest.raises(Refused):
        prodready.deliver(fulfilment.on_order_paid, {**order, "sku": "sofa"})
    assert published("mails") == []
