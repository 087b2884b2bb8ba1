import httpx
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

RATES = {"nurse": 31, "porter": 19}


class Base(DeclarativeBase):
    pass


class Shift(Base):
    __tablename__ = "shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str]
    hours: Mapped[int]


class Wage(Base):
    __tablename__ = "wage"
    shift: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


class ShiftIn(BaseModel):
    person: str
    job: str
    hours: int


def make(engine) -> FastAPI:
    app, session = FastAPI(), async_sessionmaker(engine, expire_on_commit=False)

    @app.post("/shifts", status_code=201)
    async def add_shift(body: ShiftIn):
        async with session() as s:
            shift = Shift(person=body.person, hours=body.hours)
            s.add(shift)
            await s.commit()
            s.add(Wage(shift=shift.id, amount=RATES[body.job] * body.hours))
            await s.commit()
        return {"shift": shift.id}

    return app


async def prepare(path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    async with engine.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    return engine


def client_for(app) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://roster")
