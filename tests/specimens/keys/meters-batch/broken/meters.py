from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Meter(Base):
    __tablename__ = "meters"
    serial: Mapped[str] = mapped_column(primary_key=True)
    total_kwh: Mapped[int] = mapped_column(default=0)


class Reading(Base):
    __tablename__ = "readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(index=True)
    meter: Mapped[str] = mapped_column(ForeignKey("meters.serial"))
    kwh: Mapped[int]


class Event(BaseModel):
    id: str
    meter: str
    kwh: int = Field(ge=0)


class Batch(BaseModel):
    events: list[Event] = Field(max_length=500)


def session(request: Request):
    with Session(request.app.state.engine) as db:
        yield db


def create_app(url: str) -> FastAPI:
    app = FastAPI()
    app.state.engine = create_engine(url)
    Base.metadata.create_all(app.state.engine)

    @app.post("/readings")
    def store(batch: Batch, db: Session = Depends(session)):
        ids = [event.id for event in batch.events]
        known = set(db.scalars(select(Reading.event_id).where(Reading.event_id.in_(ids))))
        stored = 0
        for event in batch.events:
            if event.id in known:
                continue
            meter = db.get(Meter, event.meter)
            if meter is None:
                raise HTTPException(404, f"no such meter: {event.meter}")
            db.add(Reading(event_id=event.id, meter=event.meter, kwh=event.kwh))
            meter.total_kwh += event.kwh
            stored += 1
        try:
            db.commit()
        except IntegrityError:
            raise HTTPException(409, "this batch is being stored") from None
        return {"stored": stored}

    @app.get("/meters/{serial}")
    def show(serial: str, db: Session = Depends(session)):
        meter = db.get(Meter, serial)
        if meter is None:
            raise HTTPException(404, "no such meter")
        return {"serial": serial, "total_kwh": meter.total_kwh}

    return app
