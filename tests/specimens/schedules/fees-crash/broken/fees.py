import httpx
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Fee(Base):
    __tablename__ = "fees"
    event: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]


class Fees:
    def __init__(self, engine):
        self.engine = engine

    def handle(self, message):
        with Session(self.engine) as db:
            db.add(Fee(event=message["event_id"], cents=message["cents"]))
            try:
                db.flush()
            except IntegrityError:
                return
            httpx.post("https://psp.test/charges", json={"cents": message["cents"]})
            db.commit()
