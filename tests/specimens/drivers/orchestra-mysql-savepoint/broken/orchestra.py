from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Chair(Base):
    __tablename__ = "chairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(String(20))
    taken: Mapped[bool] = mapped_column(default=False)


class Audition(Base):
    __tablename__ = "auditions"
    __table_args__ = ()
    id: Mapped[int] = mapped_column(primary_key=True)
    chair: Mapped[int] = mapped_column(ForeignKey("chairs.id"))
    player: Mapped[str] = mapped_column(String(40))


app = FastAPI()


def session():
    raise NotImplementedError


@app.post("/chairs/{number}/auditions", status_code=201)
def apply(number: int, body: dict, db: Session = Depends(session)):
    chair = db.get(Chair, number)
    if chair is None:
        raise HTTPException(404, "no such chair")
    db.add(Audition(chair=number, player=body["player"]))
    db.commit()
    return {"section": chair.section}


@app.get("/auditions")
def auditions(db: Session = Depends(session)):
    return list(db.scalars(select(Audition.player).order_by(Audition.id)))
