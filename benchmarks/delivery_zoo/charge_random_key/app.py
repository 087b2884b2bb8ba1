import uuid

import httpx
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Course(Base):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    fee: Mapped[int]
    charge: Mapped[str | None]


def application(engine):
    app = FastAPI()

    @app.post("/courses", status_code=201)
    async def book(body: dict, idempotency_key: str = Header()):
        async with AsyncSession(engine, expire_on_commit=False) as db:
            course = Course(key=idempotency_key, fee=body["fee"])
            db.add(course)
            try:
                await db.flush()
            except IntegrityError:
                await db.rollback()
                course = (await db.scalars(select(Course).where(Course.key == idempotency_key))).one()
            else:
                course.charge = await charge(course.fee)
                await db.commit()
            if course.fee != body["fee"]:
                raise HTTPException(422, "this key was used for another course")
            return {"fee": course.fee}

    return app


async def charge(amount):
    async with httpx.AsyncClient(base_url="https://psp.test") as psp:
        answer = await psp.post(
            "/charges", json={"amount": amount}, headers={"Idempotency-Key": str(uuid.uuid4())}
        )
        answer.raise_for_status()
        return answer.json()["id"]
