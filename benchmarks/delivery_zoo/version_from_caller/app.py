from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "stocks"
    article: Mapped[str] = mapped_column(primary_key=True)
    pieces: Mapped[int]
    version: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/stocks/{article}/receipts")
    def receive(article: str, body: dict, if_match: int = Header()):
        expected = (Stock.article == article, Stock.version == if_match)
        with Session(engine) as db:
            done = db.execute(
                update(Stock)
                .where(*expected)
                .values(pieces=Stock.pieces + body["pieces"], version=Stock.version + 1)
            )
            db.commit()
        if done.rowcount == 0:
            raise HTTPException(409, "this is not the current version")
        return {"article": article, "version": if_match + 1}

    return app
