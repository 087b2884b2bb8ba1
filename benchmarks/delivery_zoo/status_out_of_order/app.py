from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Shipment(Base):
    __tablename__ = "shipments"
    number: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    sequence: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    async def handle(self, message):
        older = (Shipment.number == message["shipment"], Shipment.sequence < message["sequence"])
        news = {"status": message["status"], "sequence": message["sequence"]}
        async with AsyncSession(self.engine) as db:
            await db.execute(update(Shipment).where(*older).values(news))
            await db.commit()
