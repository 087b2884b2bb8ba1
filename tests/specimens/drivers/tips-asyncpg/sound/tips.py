from contextlib import asynccontextmanager
from decimal import Decimal

import asyncpg
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

SCHEMA = """
create table waiters (name text primary key, tips numeric(8, 2) not null default 0);
create table tips (
  id bigserial primary key,
  receipt text not null,
  waiter text not null references waiters (name),
  amount numeric(6, 2) not null,
  unique (receipt)
);
create table terminals (name text primary key, heard_at timestamptz not null);
"""


class Tip(BaseModel):
    receipt: str
    waiter: str
    amount: Decimal
    terminal: str


def create_app(**server):
    @asynccontextmanager
    async def lifespan(app):
        async with asyncpg.create_pool(min_size=1, max_size=3, **server) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)
    app.post("/tips", status_code=201)(give)
    app.get("/waiters/{name}")(waiter)
    return app


async def give(tip: Tip, request: Request):
    async with request.app.state.pool.acquire() as con, con.transaction():
        await con.execute(
            "insert into terminals values ($1, clock_timestamp())"
            " on conflict (name) do update set heard_at = excluded.heard_at",
            tip.terminal,
        )
        try:
            async with con.transaction():
                number = await con.fetchval(
                    "insert into tips (receipt, waiter, amount) values ($1, $2, $3)"
                    " on conflict (receipt) do nothing returning id",
                    tip.receipt,
                    tip.waiter,
                    tip.amount,
                )
        except asyncpg.ForeignKeyViolationError:
            raise HTTPException(422, "no such waiter") from None
        if number is not None:
            await con.execute("update waiters set tips = tips + $2 where name = $1", tip.waiter, tip.amount)
    return {"receipt": tip.receipt}


async def waiter(name: str, request: Request):
    row = await request.app.state.pool.fetchrow("select name, tips from waiters where name = $1", name)
    if row is None:
        raise HTTPException(404)
    return {"name": row["name"], "tips": str(row["tips"])}
