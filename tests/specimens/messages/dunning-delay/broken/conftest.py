import pytest

from dunning.celery_app import app
from dunning.models import Base, Invoice, Session, engine


@pytest.fixture(autouse=True)
def eager():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture(autouse=True)
def invoices():
    Base.metadata.create_all(engine)
    with Session.begin() as session:
        session.add(Invoice(number="2030-114", due=12000))
    yield
    Base.metadata.drop_all(engine)
