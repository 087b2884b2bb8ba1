import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from loans import Base, Loan, Session, on_loan

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
async def library(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'loans.db'}")
    Session.configure(bind=engine)
    async with engine.begin() as con:
        await con.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
async def test_a_book_comes_back(prodready):
    await prodready.deliver(on_loan, {"book": "Emma", "state": "requested"})
    await prodready.deliver(on_loan, {"book": "Dune", "state": "requested"})
    await prodready.deliver(on_loan, {"book": "Emma", "state": "lent"})
    await prodready.deliver(on_loan, {"book": "Emma", "state": "returned"})
    async with Session() as session:
        assert (await session.scalars(select(Loan.state).where(Loan.book == "Emma"))).all() == ["returned"]
