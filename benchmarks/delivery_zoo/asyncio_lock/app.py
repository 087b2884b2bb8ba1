import asyncio

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Credit(Base):
    __tablename__ = "credits"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    student: Mapped[str]
    points: Mapped[int]


def application(engine):
    app = FastAPI()
    lock = asyncio.Lock()

    @app.post("/webhooks/exams")
    async def passed(body: dict):
        async with lock, AsyncSession(engine) as db:
            if (await db.scalars(select(Credit).where(Credit.event == body["event_id"]))).first():
                return {"status": "known"}
            db.add(Credit(event=body["event_id"], student=body["student"], points=body["points"]))
            await db.commit()
        return {"status": "done"}

    return app
