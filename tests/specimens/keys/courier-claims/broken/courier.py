import hashlib
import json

import httpx
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

CARRIER = "https://carrier.test"


class Base(DeclarativeBase):
    pass


class Pickup(Base):
    __tablename__ = "pickups"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    parcels: Mapped[int]
    job: Mapped[str]


class Claim(Base):
    __tablename__ = "claims"
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    answer: Mapped[str | None]


class PickupIn(BaseModel):
    address: str
    parcels: int = Field(ge=1, le=40)


def claim(engine, key, digest):
    """None for a new key, which now belongs to this request; otherwise what to answer."""
    try:
        with Session(engine) as db:
            db.add(Claim(key=key, digest=digest))
            db.commit()
    except IntegrityError:
        with Session(engine) as db:
            known = db.get(Claim, key)
        if known.digest != digest:
            return JSONResponse({"detail": "this key was used for another pickup"}, status_code=422)
        if known.answer is None:
            return JSONResponse({"detail": "this pickup is being arranged"}, status_code=409)
        return JSONResponse(json.loads(known.answer), status_code=201)
    return None


def arrange(engine, wish, key):
    try:
        answer = httpx.post(
            f"{CARRIER}/jobs", json=wish.model_dump(), headers={"Idempotency-Key": f"pickup-{key}"}, timeout=5
        )
        answer.raise_for_status()
    except httpx.HTTPError:
        raise HTTPException(502, "the carrier does not answer") from None
    with Session(engine) as db:
        pickup = Pickup(address=wish.address, parcels=wish.parcels, job=answer.json()["job"])
        db.add(pickup)
        db.flush()
        arranged = {"id": pickup.id, "job": pickup.job}
        db.get(Claim, key).answer = json.dumps(arranged)
        db.commit()
    return arranged


def create_app(url):
    app = FastAPI()
    app.state.engine = create_engine(url)
    Base.metadata.create_all(app.state.engine)

    @app.post("/pickups", status_code=201)
    def order(wish: PickupIn, request: Request, idempotency_key: str = Header()):
        engine = request.app.state.engine
        digest = hashlib.sha256(wish.model_dump_json().encode()).hexdigest()
        answered = claim(engine, idempotency_key, digest)
        if answered is not None:
            return answered
        return arrange(engine, wish, idempotency_key)

    return app
