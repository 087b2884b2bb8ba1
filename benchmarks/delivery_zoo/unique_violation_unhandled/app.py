from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Signup(Base):
    __tablename__ = "signups"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    seats: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/signups", status_code=201)
    def sign_up(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            signup = db.scalars(select(Signup).where(Signup.key == idempotency_key)).first()
            if signup is None:
                signup = Signup(key=idempotency_key, seats=body["seats"])
                db.add(signup)
                db.commit()
            if signup.seats != body["seats"]:
                raise HTTPException(422, "this key was used for another signup")
            return {"id": signup.id, "seats": signup.seats}

    return app
