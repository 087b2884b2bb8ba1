from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel, Field
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Crossing(Base):
    __tablename__ = "crossings"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    route: Mapped[str]
    cars: Mapped[int]
    price: Mapped[int]


class Wish(BaseModel):
    route: str
    cars: int = Field(ge=1, le=9)


def session():
    with Session(engine) as s:
        yield s


def view(c: Crossing):
    return {"id": c.id, "route": c.route, "cars": c.cars, "price": c.price}


@app.post("/crossings", status_code=201)
def reserve(wish: Wish, s: Session = Depends(session), idempotency_key: str = Header(min_length=8)):
    c = Crossing(request_key=idempotency_key, price=4900 * wish.cars, **wish.model_dump())
    s.add(c)
    try:
        s.commit()
    except IntegrityError:
        s.rollback()
        c = s.scalars(select(Crossing).where(Crossing.request_key == idempotency_key)).one()
    return view(c)
