from datetime import datetime, timezone

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, create_engine, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.pool import StaticPool

md = MetaData()
visits = Table(
    "visits", md, Column("till_ref", String, primary_key=True), Column("member", String), Column("points", Integer),
)
# one line for each time a till calls us
calls = Table(
    "till_lines", md,
    Column("n", Integer, primary_key=True), Column("till_ref", String), Column("member", String),
    Column("points", Integer), Column("at", DateTime),
)
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


class Visit(BaseModel):
    till_ref: str
    member: str
    points: int


@app.post("/visits")
def visit(v: Visit):
    with engine.begin() as c:
        c.execute(insert(calls).values(**v.model_dump(), at=datetime.now(timezone.utc)))
        c.execute(insert(visits).values(**v.model_dump()).on_conflict_do_nothing())
    return {"till_ref": v.till_ref, "points": v.points}


@app.get("/members/{member}/points")
def points(member: str):
    q = select(func.coalesce(func.sum(visits.c.points), 0)).where(visits.c.member == member)
    with engine.connect() as c:
        return {"member": member, "points": c.scalar(q)}
