from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def tell_everybody(note):
    """Sends a letter to every reader."""


def application(engine):
    app = FastAPI()

    @app.put("/notes/{number}")
    def write(number: int, body: dict):
        with Session(engine) as db:
            note = db.get(Note, number)
            if note is None or True:
                note = db.merge(Note(id=number, text=body["text"]))
                db.commit()
                tell_everybody(number)
        return {}

    return app
