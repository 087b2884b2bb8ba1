from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.db import Base, get_session


class Gift(Base):
    __tablename__ = "gifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[str] = mapped_column(unique=True)
    donor: Mapped[str]
    pounds: Mapped[int]


class GiftForm(BaseModel):
    form_id: str
    donor: str
    pounds: int


app = FastAPI()
Db = Annotated[Session, Depends(get_session)]


@app.post("/donations", status_code=201)
def donate(form: GiftForm, db: Db):
    gift = Gift(**form.model_dump())
    try:
        db.add(gift)
        db.commit()
    except IntegrityError:
        db.rollback()
        gift = db.scalars(select(Gift).where(Gift.form_id == form.form_id)).one()
    return {"gift": gift.id, "thanks": gift.donor}
