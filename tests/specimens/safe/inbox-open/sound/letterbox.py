from datetime import datetime, timezone

from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Sessions = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "members"
    name: Mapped[str] = mapped_column(primary_key=True)
    around: Mapped[datetime | None]


class Letter(Base):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    addressee: Mapped[str] = mapped_column(ForeignKey("members.name"))
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")


def db():
    with Sessions() as s:
        yield s


def member(x_member: str = Header(), s: Session = Depends(db)) -> Member:
    m = s.get(Member, x_member)
    if m is None:
        raise HTTPException(401)
    m.around = datetime.now(timezone.utc)
    s.commit()
    return m


@app.get("/letters/{id}")
def read(id: int, m: Member = Depends(member), s: Session = Depends(db)):
    letter = s.scalars(select(Letter).where(Letter.id == id, Letter.addressee == m.name)).one_or_none()
    if letter is None:
        raise HTTPException(404)
    return {"id": letter.id, "text": letter.text}


@app.put("/letters/{id}/state")
def set_state(id: int, state: str, m: Member = Depends(member), s: Session = Depends(db)):
    letter = s.get(Letter, id)
    letter.state = state
    s.commit()
    return {"id": id, "state": letter.state}
