import hashlib
import hmac

from fastapi import Depends, FastAPI, Form, HTTPException, Response
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import UniqueConstraint, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

SECRET = b"not-for-production"
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
new_session = sessionmaker(engine)
app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="login")


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    name: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]


class Claim(Base):
    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("who", "client_ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str]
    client_ref: Mapped[str]
    cents: Mapped[int]


class ClaimIn(BaseModel):
    client_ref: str
    cents: int


def sign(name):
    return f"{name}.{hmac.new(SECRET, name.encode(), hashlib.sha256).hexdigest()}"


def me(token: str = Depends(bearer)) -> str:
    name = token.split(".")[0]
    if not hmac.compare_digest(sign(name), token):
        raise HTTPException(401)
    return name


def db():
    with new_session() as s:
        yield s


@app.post("/login")
def login(username: str = Form(), password: str = Form(), s: Session = Depends(db)):
    p = s.get(Person, username)
    if p is None or p.secret != hashlib.sha256(password.encode()).hexdigest():
        raise HTTPException(401, "wrong name or password")
    return {"access_token": sign(username), "token_type": "bearer"}


@app.post("/claims", status_code=201)
def claim(body: ClaimIn, response: Response, who: str = Depends(me), s: Session = Depends(db)):
    c = Claim(who=who, **body.model_dump())
    s.add(c)
    try:
        s.commit()
    except IntegrityError:
        s.rollback()
        c = s.scalars(select(Claim).filter_by(who=who, client_ref=body.client_ref)).one()
        response.status_code = 200
    return {"id": c.id, "cents": c.cents}


@app.get("/claims")
def mine(who: str = Depends(me), s: Session = Depends(db)):
    return [c.cents for c in s.scalars(select(Claim).where(Claim.who == who))]
