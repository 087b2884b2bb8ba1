from datetime import datetime

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import UniqueConstraint, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite+pysqlite:///:memory:", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase): ...


class Appointment(Base):
    __tablename__ = "appointments"
    __table_args__ = (UniqueConstraint("doctor", "starts"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    doctor: Mapped[str]
    starts: Mapped[datetime]
    patient: Mapped[str]


class Request(BaseModel):
    doctor: str
    starts: datetime
    patient: str


class Calendar:
    def __init__(self, session: Session):
        self.session = session

    def book(self, wish: Request) -> Appointment:
        a = Appointment(**wish.model_dump())
        self.session.add(a)
        self.session.commit()
        return a

    def of(self, doctor: str):
        return self.session.scalars(select(Appointment).where(Appointment.doctor == doctor).order_by(Appointment.starts))


def calendar():
    with Session(engine) as s:
        yield Calendar(s)


app = FastAPI()


@app.post("/appointments", status_code=201)
def book(wish: Request, cal: Calendar = Depends(calendar)):
    try:
        a = cal.book(wish)
    except IntegrityError:
        raise HTTPException(409, "this slot is taken")
    return {"id": a.id, "doctor": a.doctor, "starts": a.starts}


@app.get("/doctors/{doctor}/appointments")
def listing(doctor: str, cal: Calendar = Depends(calendar)):
    return [{"id": a.id, "starts": a.starts} for a in cal.of(doctor)]
