from datetime import datetime, timezone

from sqlalchemy import ForeignKey, update
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Session = async_sessionmaker(expire_on_commit=False)


def now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Base(DeclarativeBase):
    pass


class Show(Base):
    __tablename__ = "shows"
    id: Mapped[int] = mapped_column(primary_key=True)
    free: Mapped[int]


class Ticket(Base):
    __tablename__ = "tickets"
    payment: Mapped[str] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    seats: Mapped[int]
    deliveries: Mapped[int] = mapped_column(default=1)
    delivered_at: Mapped[datetime] = mapped_column(default=now)


class Conflict(Exception):
    """A payment that is already there, for something else."""


async def take_seats(session, show_id, seats):
    taken = await session.execute(
        update(Show).where(Show.id == show_id, Show.free >= seats).values(free=Show.free - seats)
    )
    if taken.rowcount == 0:
        raise LookupError(f"no {seats} seats left in show {show_id}")


async def on_paid(message):
    show_id, seats = message["show"], message["seats"]
    async with Session.begin() as session:
        ticket = await session.get(Ticket, message["payment"])
        if ticket is None:
            session.add(Ticket(payment=message["payment"], show_id=show_id, seats=seats))
        elif (ticket.show_id, ticket.seats) != (show_id, seats):
            raise Conflict(message["payment"])
        else:
            ticket.deliveries += 1
            ticket.delivered_at = now()
        await take_seats(session, show_id, seats)
        return {"payment": message["payment"], "seats": seats}
