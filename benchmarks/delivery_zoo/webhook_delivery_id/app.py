from fastapi import FastAPI, Header
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Received(Base):
    __tablename__ = "received"
    delivery: Mapped[str] = mapped_column(primary_key=True)


class Member(Base):
    __tablename__ = "members"
    name: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/purchases")
    def bought(body: dict, x_delivery_id: str = Header()):
        with Session(engine) as db:
            db.add(Received(delivery=x_delivery_id))
            try:
                db.flush()
            except IntegrityError:
                return {"status": "known"}
            earned = Member.points + body["points"]
            db.execute(update(Member).where(Member.name == body["member"]).values(points=earned))
            db.commit()
        return {"status": "done"}

    return app
