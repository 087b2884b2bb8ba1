from datetime import datetime, timezone

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import PlainTextResponse
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

meta = MetaData()
tracks = Table("tracks", meta, Column("slug", String, primary_key=True), Column("lyrics", String), Column("stock", Integer))
peeks = Table(
    "peeks", meta,
    Column("id", Integer, primary_key=True), Column("slug", String), Column("page", String), Column("at", DateTime),
)
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def tx():
    with engine.begin() as c:
        yield c


def find(c: Connection, slug: str, page: str):
    row = c.execute(select(tracks).where(tracks.c.slug == slug)).one_or_none()
    if row is None:
        raise HTTPException(404, "no such track")
    c.execute(insert(peeks).values(slug=slug, page=page, at=datetime.now(timezone.utc)))
    return row


app = FastAPI()


@app.get("/tracks/{slug}")
def track(slug: str, c: Connection = Depends(tx)):
    row = find(c, slug, "card")
    return {"slug": row.slug, "stock": row.stock}


@app.get("/tracks/{slug}/lyrics", response_class=PlainTextResponse)
def lyrics(slug: str, c: Connection = Depends(tx)):
    row = find(c, slug, "lyrics")
    return row.lyrics
