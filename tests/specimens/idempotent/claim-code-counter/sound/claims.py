from datetime import datetime, timezone

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import JSON, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Db = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Voucher(Base):
    __tablename__ = "vouchers"
    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[str]
    nights: Mapped[int]


class Handled(Base):
    __tablename__ = "handled"
    key: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[dict] = mapped_column(JSON)
    answered: Mapped[dict] = mapped_column(JSON)
    tries: Mapped[int] = mapped_column(default=1)
    latest: Mapped[datetime]


class VoucherIn(BaseModel):
    guest: str
    nights: int


@app.post("/vouchers", status_code=201)
def issue(body: VoucherIn, idempotency_key: str = Header()):
    now = datetime.now(timezone.utc)
    with Db() as s:
        known = s.get(Handled, idempotency_key)
        if known is not None:
            if known.asked != body.model_dump():
                raise HTTPException(409, "key in use for another request")
            known.tries += 1
            known.latest = now
            s.commit()
            return known.answered
        v = Voucher(**body.model_dump())
        s.add(v)
        s.flush()
        answer = {"voucher": v.id, "nights": v.nights}
        s.add(Handled(key=idempotency_key, asked=body.model_dump(), answered=answer, latest=now))
        try:
            s.commit()
        except IntegrityError:
            raise HTTPException(409, "still working on it")
        return answer
