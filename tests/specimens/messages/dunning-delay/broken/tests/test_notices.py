import pytest

from dunning.models import Invoice, Notice, Session
from dunning.tasks import send_notice


@pytest.mark.idempotent
def test_second_notice_costs_a_fee():
    result = send_notice.delay("2030-114", step=2)
    assert result.get() == 12500
    with Session() as session:
        assert session.get(Invoice, "2030-114").due == 12500
        assert session.query(Notice.step, Notice.fee).first() == (2, 500)


def test_no_such_step():
    result = send_notice.delay("2030-114", 9)
    assert result.failed()
    with Session() as session:
        assert session.get(Invoice, "2030-114").due == 12000
