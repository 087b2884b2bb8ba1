from datetime import date, timedelta

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Copy(Base):
    __tablename__ = "copies"
    barcode: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


class Loan(Base):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    barcode: Mapped[str] = mapped_column(unique=True)
    reader: Mapped[int]
    due: Mapped[date]


class LoanRepository:
    def __init__(self, engine):
        self.engine = engine

    def lend(self, barcode: str, reader: int) -> Loan | None:
        with Session(self.engine, expire_on_commit=False) as s:
            if s.get(Copy, barcode) is None:
                raise LookupError(barcode)
            loan = Loan(barcode=barcode, reader=reader, due=date.today() + timedelta(weeks=3))
            s.add(loan)
            try:
                s.commit()
            except IntegrityError:
                s.rollback()
                return s.scalars(select(Loan).filter_by(barcode=barcode, reader=reader)).one_or_none()
            return loan


class LoanIn(BaseModel):
    barcode: str
    reader: int


def make_app(engine) -> FastAPI:
    Base.metadata.create_all(engine)
    app = FastAPI()
    loans = LoanRepository(engine)

    @app.post("/loans")
    def lend(body: LoanIn):
        try:
            loan = loans.lend(body.barcode, body.reader)
        except LookupError:
            raise HTTPException(404, "no such copy")
        if loan is None:
            raise HTTPException(409, "lent to somebody else")
        return {"loan": loan.id, "due": loan.due}

    return app
