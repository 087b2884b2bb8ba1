import os
from functools import lru_cache

import requests
from fastapi import BackgroundTasks, Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

MAIL_API = "https://mail.example/v3/send"


class Base(DeclarativeBase):
    pass


class Guest(Base):
    __tablename__ = "guests"
    party: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    plus_one: Mapped[bool]


@lru_cache
def get_engine():
    engine = create_engine(os.environ["RSVP_DATABASE_URL"])
    Base.metadata.create_all(engine)
    return engine


def session():
    with Session(get_engine()) as s:
        yield s


def send_mail(to: str, subject: str):
    requests.post(MAIL_API, json={"to": to, "subject": subject}, timeout=3).raise_for_status()


class Answer(BaseModel):
    email: str
    plus_one: bool = False


app = FastAPI()


@app.post("/parties/{party}/guests", status_code=201)
def rsvp(party: str, a: Answer, tasks: BackgroundTasks, s: Session = Depends(session)):
    stmt = insert(Guest).values(party=party, email=a.email, plus_one=a.plus_one).on_conflict_do_nothing()
    s.execute(stmt)
    s.commit()
    tasks.add_task(send_mail, a.email, f"See you at {party}")
    return {"party": party, "email": a.email}
