from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

from .tasks import send_welcome_kit

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(engine)
api = FastAPI()


class Base(DeclarativeBase):
    pass


class Course(Base):
    __tablename__ = "courses"
    slug: Mapped[str] = mapped_column(primary_key=True)


class Participant(Base):
    __tablename__ = "participants"
    course: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)


class SignUp(BaseModel):
    email: str


def get_db():
    with SessionLocal() as db:
        yield db


@api.post("/courses/{slug}/participants", status_code=201)
def sign_up(slug: str, body: SignUp, db: Session = Depends(get_db)):
    if db.get(Course, slug) is None:
        raise HTTPException(404, "no such course")
    row = {"course": slug, "email": body.email.lower()}
    added = db.execute(insert(Participant).values(row).on_conflict_do_nothing())
    db.commit()
    if added.rowcount:
        send_welcome_kit.delay(row["email"], slug)
    return row


@api.get("/courses/{slug}/participants")
def participants(slug: str, db: Session = Depends(get_db)):
    return {"emails": db.scalars(select(Participant.email).where(Participant.course == slug)).all()}
