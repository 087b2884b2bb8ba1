from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Session = async_sessionmaker(expire_on_commit=False)
RANK = ["requested", "lent", "returned"]


class Base(DeclarativeBase):
    pass


class Loan(Base):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    loan: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    state: Mapped[str]


async def on_loan(message):
    async with Session.begin() as session:
        loan = (await session.scalars(select(Loan).where(Loan.book == message["book"]))).first()
        if loan is None:
            loan = Loan(book=message["book"], state=message["state"])
            session.add(loan)
            await session.flush()
        else:
            loan.state = message["state"]
        session.add(Note(loan=loan.id, state=message["state"]))
