from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    row: Mapped[int]


def known(db, key, row):
    booking = db.scalars(select(Booking).where(Booking.key == key)).first()
    if booking is not None and booking.row != row:
        raise HTTPException(422, "this key was used for another row")
    return booking


def application(engine):
    app = FastAPI()

    @app.post("/bookings", status_code=201)
    def book(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            if booking := known(db, idempotency_key, body["row"]):
                return {"id": booking.id}
            booking = Booking(key=idempotency_key, row=body["row"])
            db.add(booking)
            try:
                db.commit()
            except IntegrityError:
                db.rollback()
                booking = known(db, idempotency_key, body["row"])
            return {"id": booking.id}

    return app
