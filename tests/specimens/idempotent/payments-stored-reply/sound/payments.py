import hashlib
import json
import uuid

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.exc import IntegrityError

meta = MetaData()
payments = Table(
    "payments", meta,
    Column("id", String, primary_key=True), Column("account", String), Column("amount", Integer), Column("currency", String(3)),
)
replies = Table(
    "replies", meta,
    Column("token", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("code", Integer), Column("payload", String),
)


class PaymentIn(BaseModel):
    account: str
    amount: int = Field(gt=0)
    currency: str = Field(min_length=3, max_length=3)


router = APIRouter(prefix="/v1")


@router.post("/payments", status_code=201)
def create_payment(body: PaymentIn, request: Request, idempotency_key: str = Header()):
    engine = request.app.state.engine
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    with engine.connect() as c:
        stored = c.execute(select(replies).where(replies.c.token == idempotency_key)).one_or_none()
    if stored:
        if stored.digest != digest:
            return JSONResponse({"detail": "key was used with another payload"}, status_code=422)
        return JSONResponse(json.loads(stored.payload), status_code=stored.code)
    answer = {"id": f"pay_{uuid.uuid4().hex[:12]}", "amount": body.amount, "currency": body.currency}
    try:
        with engine.begin() as c:
            c.execute(insert(replies).values(token=idempotency_key, digest=digest, code=201, payload=json.dumps(answer)))
            c.execute(insert(payments).values(id=answer["id"], **body.model_dump()))
    except IntegrityError:
        return JSONResponse({"detail": "a request with this key is in progress"}, status_code=409)
    return answer


def create_app(url: str) -> FastAPI:
    app = FastAPI()
    app.state.engine = create_engine(url)
    meta.create_all(app.state.engine)
    app.include_router(router)
    return app
