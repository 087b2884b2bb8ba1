from sqlalchemy.exc import IntegrityError

from .celery_app import app
from .models import Invoice, Notice, Session

FEES = {1: 0, 2: 500, 3: 1500}


@app.task
def send_notice(number, step):
    """Write the notice and put its fee on the invoice; the amount due."""
    with Session() as session:
        invoice = session.get(Invoice, number)
        try:
            with session.begin_nested():
                session.add(Notice(invoice=number, step=step, fee=FEES[step]))
        except IntegrityError:
            return invoice.due
        invoice.due += FEES[step]
        session.commit()
        return invoice.due
