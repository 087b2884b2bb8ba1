from sqlalchemy import select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Job(Base):
    __tablename__ = "jobs"
    number: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    worker: Mapped[str]


class Pay(Base):
    __tablename__ = "pay"
    worker: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    def finish(self, message):
        with Session(self.engine) as db:
            job = db.scalars(select(Job).where(Job.number == message["job"])).one()
            if job.state == "finished":
                return
            job.state = "finished"
            pay = update(Pay).where(Pay.worker == job.worker)
            db.execute(pay.values(cents=Pay.cents + message["cents"]))
            db.commit()
