import hashlib
from datetime import datetime, timezone

from fastapi import Depends, FastAPI, Form, HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    email: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    misses: Mapped[int] = mapped_column(default=0)
    last_miss: Mapped[datetime | None]


def digest(password: str) -> str:
    return hashlib.sha256(b"pepper" + password.encode()).hexdigest()


def session():
    with Session(engine) as s:
        yield s


@app.post("/session")
def sign_in(email: str = Form(), password: str = Form(), s: Session = Depends(session)):
    account = s.get(Account, email)
    if account is None:
        raise HTTPException(401, "wrong e-mail or password")
    if account.misses >= 5:
        raise HTTPException(423, "locked, ask for a new password")
    if account.digest != digest(password):
        account.misses += 1
        account.last_miss = datetime.now(timezone.utc)
        s.commit()
        raise HTTPException(401, "wrong e-mail or password")
    if account.misses:
        account.misses = 0
        s.commit()
    return {"hello": email}
