from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Menu(Base):
    __tablename__ = "menu"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str]
    dishes: Mapped[list["Dish"]] = relationship()


class Dish(Base):
    __tablename__ = "dish"
    id: Mapped[int] = mapped_column(primary_key=True)
    menu_id: Mapped[int] = mapped_column(ForeignKey("menu.id"))
    name: Mapped[str]
    pence: Mapped[int]


class DishIn(BaseModel):
    name: str
    pence: int


class MenuIn(BaseModel):
    day: str
    dishes: list[DishIn]


def get_session():
    with Session(engine) as s:
        yield s


@app.post("/menus", status_code=201)
def publish(body: MenuIn, s: Session = Depends(get_session)):
    menu = Menu(day=body.day)
    s.add(menu)
    s.flush()
    for d in body.dishes:
        if d.pence <= 0:
            raise HTTPException(422, f"{d.name} has no price")
        s.add(Dish(menu_id=menu.id, name=d.name, pence=d.pence))
    s.commit()
    return {"menu": menu.id, "dishes": len(body.dishes)}
