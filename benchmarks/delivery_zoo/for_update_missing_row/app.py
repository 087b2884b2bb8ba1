from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Purse(Base):
    __tablename__ = "purses"
    owner: Mapped[str] = mapped_column(primary_key=True)
    coins: Mapped[int]


class Gift(Base):
    __tablename__ = "gifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    coins: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/purses/{owner}/gifts", status_code=201)
    def give(owner: str, body: dict, idempotency_key: str = Header()):
        with Session(engine) as db, db.begin():
            gift = db.scalars(select(Gift).where(Gift.key == idempotency_key).with_for_update()).first()
            if gift is None:
                gift = Gift(key=idempotency_key, coins=body["coins"])
                db.add(gift)
                db.flush()
                db.execute(update(Purse).where(Purse.owner == owner).values(coins=Purse.coins + gift.coins))
            if gift.coins != body["coins"]:
                raise HTTPException(422, "this key was used for another gift")
            return {"id": gift.id, "coins": gift.coins}

    return app
