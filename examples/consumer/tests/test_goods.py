import pytest

from fulfilment.handlers import Refused


@pytest.mark.idempotent
def test_goods_received(prodready, fulfilment, stock, goods):
    prodready.deliver(fulfilment.on_goods_received, goods)
    assert stock("lamp") == 14
    assert stock("desk") == 4


def test_goods_that_nobody_ordered(prodready, fulfilment, goods):
    goods["lines"].append({"sku": "sofa", "quantity": 1})
    with pytest.raises(Refused, match="sofa"):
        prodready.deliver(fulfilment.on_goods_received, goods)
