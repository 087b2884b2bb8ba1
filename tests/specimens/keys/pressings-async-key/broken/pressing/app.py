import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Answered, Label, Pressing

router = APIRouter(prefix="/v2")


class PressingIn(BaseModel):
    title: str = Field(min_length=1)
    copies: int = Field(ge=100, le=20_000)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_session)]


async def get_label(db: Db, sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> Label:
    label = (await db.scalars(select(Label).where(Label.api_token == sent.credentials))).one_or_none()
    if label is None:
        raise HTTPException(401, "unknown token")
    return label


@router.post("/pressings", status_code=201)
async def order_pressing(
    body: PressingIn,
    db: Db,
    label: Annotated[Label, Depends(get_label)],
    idempotency_key: Annotated[str, Header(min_length=6)],
):
    payload_hash = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    answered = await db.get(Answered, idempotency_key)
    if answered is not None:
        if answered.payload_hash != payload_hash:
            raise HTTPException(422, "this key was used for another pressing")
        return json.loads(answered.answer)
    pressing = Pressing(id=f"prs_{uuid.uuid4().hex}", label_id=label.id, title=body.title, copies=body.copies)
    answer = {"id": pressing.id, "label": label.name, "title": pressing.title, "copies": pressing.copies}
    db.add(pressing)
    db.add(Answered(key=idempotency_key, payload_hash=payload_hash, answer=json.dumps(answer)))
    await db.commit()
    return answer


@router.get("/pressings")
async def list_pressings(db: Db, label: Annotated[Label, Depends(get_label)]):
    mine = await db.scalars(select(Pressing).where(Pressing.label_id == label.id))
    return [{"id": pressing.id, "copies": pressing.copies} for pressing in mine]


def create_app(sessions: async_sessionmaker) -> FastAPI:
    app = FastAPI()
    app.state.sessions = sessions
    app.include_router(router)
    return app
