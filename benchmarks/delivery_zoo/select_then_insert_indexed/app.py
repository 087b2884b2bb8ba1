from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Reservation(Base):
    __tablename__ = "reservations"
    __table_args__ = (Index("reservations_by_key", "guest", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[str]
    key: Mapped[str]
    nights: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/guests/{guest}/reservations", status_code=201)
    async def reserve(guest: str, body: dict, idempotency_key: str = Header()):
        same = (Reservation.guest == guest, Reservation.key == idempotency_key)
        async with AsyncSession(engine, expire_on_commit=False) as db:
            made = (await db.scalars(select(Reservation).where(*same))).first()
            if made is None:
                made = Reservation(guest=guest, key=idempotency_key, nights=body["nights"])
                db.add(made)
                await db.commit()
            if made.nights != body["nights"]:
                raise HTTPException(422, "this key was used for another reservation")
            return {"id": made.id, "nights": made.nights}

    return app
