import hashlib
import json
import uuid

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ENGINE = web.AppKey("engine", AsyncEngine)


class Base(DeclarativeBase):
    pass


class Passage(Base):
    __tablename__ = "passages"
    id: Mapped[str] = mapped_column(primary_key=True)
    garage: Mapped[str]
    plate: Mapped[str]
    direction: Mapped[str]


class Receipt(Base):
    __tablename__ = "receipts"
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    text: Mapped[str]


def refused(status, why):
    return web.json_response({"error": why}, status=status)


async def pass_barrier(request, direction):
    key = request.headers.get("Idempotency-Key")
    if not key:
        return refused(400, "Idempotency-Key is required")
    body = await request.read()
    digest = hashlib.sha256(body).hexdigest()
    plate = json.loads(body).get("plate", "").strip()
    if not plate:
        return refused(400, "which car?")
    async with AsyncSession(request.app[ENGINE]) as db:
        receipt = await db.get(Receipt, (request.path, key))
        if receipt is not None:
            if receipt.digest != digest:
                return refused(422, "this key was used for another car")
            return web.json_response(text=receipt.text, status=201)
        passage = Passage(id=str(uuid.uuid4()), garage=request.match_info["garage"], plate=plate, direction=direction)
        text = json.dumps({"passage": passage.id, "direction": direction, "barrier": "open"})
        db.add_all([passage, Receipt(route=request.path, key=key, digest=digest, text=text)])
        await db.commit()
    return web.json_response(text=text, status=201)


async def enter(request):
    return await pass_barrier(request, "in")


async def leave(request):
    return await pass_barrier(request, "out")


def application(url):
    async def database(app):
        app[ENGINE] = create_async_engine(url)
        async with app[ENGINE].begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await app[ENGINE].dispose()

    app = web.Application()
    app.cleanup_ctx.append(database)
    app.router.add_post("/garages/{garage}/entries", enter)
    app.router.add_post("/garages/{garage}/exits", leave)
    return app
