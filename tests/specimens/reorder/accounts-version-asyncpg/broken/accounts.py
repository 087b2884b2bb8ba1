from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, Response

SCHEMA = """
create table accounts (
  id bigserial primary key,
  reference text not null unique,
  owner text not null,
  credit_limit integer not null,
  sequence integer not null,
  changes integer not null default 1,
  seen_at timestamptz not null default now()
);
create table deliveries (id bigserial primary key, reference text not null, at timestamptz not null default now());
"""


def create_app(pool):
    app = FastAPI()

    @app.post("/hooks/accounts", status_code=204)
    async def account(event: dict):
        async with pool.acquire() as con, con.transaction():
            await con.execute("insert into deliveries (reference) values ($1)", event["reference"])
            await con.execute(
                """
                insert into accounts (reference, owner, credit_limit, sequence) values ($1, $2, $3, $4)
                on conflict (reference) do update set
                  owner = excluded.owner, credit_limit = excluded.credit_limit,
                  sequence = excluded.sequence, changes = accounts.changes + 1, seen_at = now()
                
                """,
                event["reference"], event["owner"], event["limit"], event["sequence"],
            )
        return Response(status_code=204)

    @app.get("/accounts/{reference}")
    async def show(reference: str):
        return dict(await pool.fetchrow("select owner, credit_limit from accounts where reference = $1", reference))

    return app
