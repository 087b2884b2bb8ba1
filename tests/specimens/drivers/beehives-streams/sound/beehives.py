import asyncio

from fastapi import FastAPI, HTTPException
from sqlalchemy import String, create_engine
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
station = ("127.0.0.1", 1)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Reading(Base):
    __tablename__ = "readings"
    hive: Mapped[str] = mapped_column(String, primary_key=True)
    day: Mapped[str] = mapped_column(String, primary_key=True)
    grams: Mapped[int]


async def forward(text):
    reader, writer = await asyncio.open_connection(*station)
    try:
        writer.write(text.encode() + b"\n")
        await writer.drain()
        return await reader.readline() == b"thanks\n"
    finally:
        writer.close()
        await writer.wait_closed()


@app.put("/hives/{hive}/readings/{day}")
async def read(hive: str, day: str, body: dict):
    with Session(engine) as db, db.begin():
        known = db.get(Reading, (hive, day))
        statement = insert(Reading).values(hive=hive, day=day, grams=body["grams"])
        db.execute(statement.on_conflict_do_update(index_elements=["hive", "day"], set_={"grams": body["grams"]}))
        same = known is not None and known.grams == body["grams"]
    if not same and not await forward(f"{hive} {day} {body['grams']}"):
        raise HTTPException(502, "the station did not take it")
    return {"hive": hive}
