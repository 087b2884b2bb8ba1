from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

app = FastAPI()


class Base(DeclarativeBase):
    pass


class Campaign(Base):
    __tablename__ = "campaigns"
    slug: Mapped[str] = mapped_column(primary_key=True)
    raised: Mapped[int] = mapped_column(default=0)


class Pledge(Base):
    __tablename__ = "pledges"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign: Mapped[str] = mapped_column(ForeignKey("campaigns.slug"))
    supporter: Mapped[str]
    amount: Mapped[int]
    request_key: Mapped[str | None] = mapped_column(unique=True)


class PledgeIn(BaseModel):
    supporter: str
    amount: int = Field(gt=0)


def connect(url: str):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    app.state.sessions = sessionmaker(engine)
    return engine


def session(request: Request):
    with request.app.state.sessions() as s:
        yield s


def find(s: Session, key: str | None) -> Pledge | None:
    return s.scalars(select(Pledge).where(Pledge.request_key == key)).one_or_none() if key else None


def replay(pledge: Pledge, slug: str, body: PledgeIn):
    if (pledge.campaign, pledge.supporter, pledge.amount) != (slug, body.supporter, body.amount):
        raise HTTPException(422, "this key was used for another pledge")
    return {"id": pledge.id, "amount": pledge.amount}


@app.post("/campaigns/{slug}/pledges", status_code=201)
def pledge(slug: str, body: PledgeIn, s: Session = Depends(session), idempotency_key: str | None = Header(None)):
    if known := find(s, idempotency_key):
        return replay(known, slug, body)
    campaign = s.get(Campaign, slug)
    if campaign is None:
        raise HTTPException(404, "no such campaign")
    made = Pledge(campaign=slug, supporter=body.supporter, amount=body.amount, request_key=idempotency_key)
    s.add(made)
    campaign.raised = Campaign.raised + body.amount
    try:
        s.commit()
    except IntegrityError:
        s.rollback()
        if known := find(s, idempotency_key):
            return replay(known, slug, body)
        raise
    return {"id": made.id, "amount": made.amount}


@app.get("/campaigns/{slug}")
def show(slug: str, s: Session = Depends(session)):
    campaign = s.get(Campaign, slug)
    if campaign is None:
        raise HTTPException(404, "no such campaign")
    return {"slug": slug, "raised": campaign.raised}
