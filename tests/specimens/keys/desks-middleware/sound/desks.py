import hashlib
import uuid
from datetime import date

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)


class Reservation(Base):
    __tablename__ = "reservations"
    __table_args__ = (UniqueConstraint("desk", "day"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    desk: Mapped[int]
    day: Mapped[date]


class StoredAnswer(Base):
    __tablename__ = "stored_answers"
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes]


class Wish(BaseModel):
    desk: int = Field(ge=1, le=60)
    day: date


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def create_app(url: str) -> FastAPI:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    app = FastAPI(title="Desks")
    app.state.engine = engine
    bearer = HTTPBearer(auto_error=False)

    @app.middleware("http")
    async def answer_once(request: Request, call_next):
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or not key:
            return await call_next(request)
        key = digest(request.headers.get("Authorization", "").encode(), key.encode())
        fingerprint = digest(await request.body())
        with Session(engine) as db:
            stored = db.get(StoredAnswer, key)
        if stored is not None:
            if stored.fingerprint != fingerprint:
                return JSONResponse({"detail": "this key was used for another request"}, status_code=422)
            return Response(stored.body, stored.status, media_type="application/json")
        response = await call_next(request)
        body = b"".join([chunk async for chunk in response.body_iterator])
        if response.status_code < 300:
            with Session(engine) as db:
                db.add(StoredAnswer(key=key, fingerprint=fingerprint, status=response.status_code, body=body))
                db.commit()
        return Response(body, response.status_code, headers=dict(response.headers))

    def current_member(sent: HTTPAuthorizationCredentials | None = Depends(bearer)) -> Member:
        with Session(engine) as db:
            member = sent and db.scalars(select(Member).where(Member.token == sent.credentials)).one_or_none()
        if not member:
            raise HTTPException(401, "who is it?", headers={"WWW-Authenticate": "Bearer"})
        return member

    @app.post("/reservations", status_code=201)
    def reserve(wish: Wish, member: Member = Depends(current_member)):
        with Session(engine) as db:
            reservation = Reservation(id=uuid.uuid4().hex, member_id=member.id, desk=wish.desk, day=wish.day)
            db.add(reservation)
            try:
                db.commit()
            except IntegrityError:
                db.rollback()
                raise HTTPException(409, "this desk is taken") from None
            return {"id": reservation.id, "member": member.name, "desk": wish.desk, "day": wish.day}

    return app
