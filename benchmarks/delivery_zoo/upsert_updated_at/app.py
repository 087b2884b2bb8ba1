from datetime import datetime, timezone

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

UPSERT = """
insert into devices (serial, firmware, updated_at) values (:serial, :firmware, :now)
on conflict (serial) do update set firmware = excluded.firmware, updated_at = excluded.updated_at
"""


class Base(DeclarativeBase):
    pass


class Device(Base):
    __tablename__ = "devices"
    serial: Mapped[str] = mapped_column(primary_key=True)
    firmware: Mapped[str]
    updated_at: Mapped[datetime]


def application(engine):
    app = FastAPI()

    @app.post("/devices")
    def report(body: dict):
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        with engine.begin() as db:
            db.execute(
                text(UPSERT), {"serial": body["serial"], "firmware": body["firmware"], "now": str(now)}
            )
        return {"serial": body["serial"]}

    return app
