from datetime import datetime, timezone

import httpx
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy import Column, DateTime, MetaData, String, Table

GATEWAY = "https://sms.example/messages"
meta = MetaData()
sent = Table(
    "reminders", meta,
    Column("visit", String, primary_key=True), Column("phone", String, nullable=False), Column("handed_over", DateTime),
)
engine = create_async_engine("sqlite+aiosqlite://")
app = FastAPI()


class Reminder(BaseModel):
    visit: str
    phone: str


async def conn():
    async with engine.begin() as c:
        yield c


@app.post("/reminders", status_code=202)
async def remind(body: Reminder, c: AsyncConnection = Depends(conn)):
    row = insert(sent).values(visit=body.visit, phone=body.phone, handed_over=datetime.now(timezone.utc))
    row = row.on_conflict_do_update(index_elements=["visit"], set_={"handed_over": row.excluded.handed_over})
    await c.execute(row)
    async with httpx.AsyncClient(timeout=4) as gateway:
        reply = await gateway.post(GATEWAY, json={"to": body.phone, "text": f"See you at your visit {body.visit}"})
        reply.raise_for_status()
    return {"visit": body.visit}
