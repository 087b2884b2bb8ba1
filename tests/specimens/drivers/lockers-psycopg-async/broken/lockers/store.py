from contextlib import asynccontextmanager

import psycopg
from psycopg.types.json import Jsonb

SCHEMA = """
create table cards (uid text primary key, cents integer not null check (cents >= 0));
create table rentals (
  id bigint generated always as identity primary key,
  ticket uuid not null unique,
  locker smallint not null,
  card text not null references cards (uid),
  detail jsonb not null default '{}'
);
create table renewals (ticket uuid not null, at timestamptz not null default now());
"""


class Store:
    def __init__(self, conninfo):
        self._conninfo = conninfo

    @asynccontextmanager
    async def connection(self):
        con = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        try:
            yield con
        finally:
            await con.close()

    async def rent(self, ticket, locker, card, hours):
        async with self.connection() as con, con.transaction():
            row = await con.execute(
                "insert into rentals (ticket, locker, card, detail) values (%s, %s, %s, %s)"
                " on conflict (ticket) do update set locker = excluded.locker returning id",
                (ticket, locker, card, Jsonb({"hours": hours})),
            )
            if await row.fetchone() is not None:
                await con.execute("update cards set cents = cents - %s where uid = %s", (hours * 150, card))

    async def remaining(self, card):
        async with self.connection() as con:
            cur = await con.execute("select cents from cards where uid = %s", [card])
            return (await cur.fetchone())[0]
