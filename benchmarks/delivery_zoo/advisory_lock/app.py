from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Export(Base):
    __tablename__ = "exports"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    year: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/exports", status_code=201)
    async def start(body: dict, idempotency_key: str = Header()):
        async with AsyncSession(engine, expire_on_commit=False) as db, db.begin():
            await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(idempotency_key, 0))))
            export = (await db.scalars(select(Export).where(Export.key == idempotency_key))).first()
            if export is None:
                export = Export(key=idempotency_key, year=body["year"])
                db.add(export)
                await db.flush()
            if export.year != body["year"]:
                raise HTTPException(422, "this key was used for another year")
            return {"id": export.id, "year": export.year}

    return app
