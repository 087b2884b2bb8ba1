import uuid

import httpx
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"
    code: Mapped[str] = mapped_column(primary_key=True)
    grams: Mapped[int]
    label: Mapped[str | None]


class Carrier:
    def __init__(self, client: httpx.Client):
        self.client = client

    def buy_label(self, parcel: Parcel) -> str:
        r = self.client.post(
            "/labels",
            json={"weight": parcel.grams, "reference": parcel.code},
            headers={"X-Request-Key": str(uuid.uuid4())},
        )
        r.raise_for_status()
        return r.json()["label"]


def carrier() -> Carrier:
    return Carrier(httpx.Client(base_url="https://carrier.example"))


def session():
    with Session(engine) as s:
        yield s


app = FastAPI()


@app.post("/parcels/{code}/label")
def label(code: str, s: Session = Depends(session), c: Carrier = Depends(carrier)):
    parcel = s.get(Parcel, code)
    if parcel is None:
        raise HTTPException(404, "no such parcel")
    parcel.label = c.buy_label(parcel)
    s.commit()
    return {"parcel": code, "label": parcel.label}
