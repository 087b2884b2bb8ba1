from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import StaticPool

SESSIONS = web.AppKey("sessions", async_sessionmaker)


class Base(DeclarativeBase):
    pass


class Sailing(Base):
    __tablename__ = "sailings"
    name: Mapped[str] = mapped_column(primary_key=True)
    seats: Mapped[int]
    aboard: Mapped[int] = mapped_column(default=0)


class Ticket(Base):
    __tablename__ = "tickets"
    code: Mapped[str] = mapped_column(primary_key=True)
    sailing: Mapped[str]
    persons: Mapped[int] = mapped_column(default=3)
    boarded: Mapped[bool] = mapped_column(default=False)


class Tickets(web.View):
    async def post(self):
        form = await self.request.post()
        async with self.request.config_dict[SESSIONS]() as db:
            if await db.get(Ticket, form["code"]):
                return web.Response(text="known")
            db.add(Ticket(code=form["code"], sailing=form["sailing"]))
            sailing = await db.get(Sailing, form["sailing"])
            if sailing.seats == 0:
                raise web.HTTPConflict(text="sold out")
            sailing.seats -= 1
            await db.commit()
        return web.Response(text="sold", status=201)


async def board(request):
    async with request.config_dict[SESSIONS]() as db:
        ticket = await db.get(Ticket, request.match_info["code"])
        if ticket is None:
            raise web.HTTPNotFound
        sailing = await db.get(Sailing, ticket.sailing)
        if not ticket.boarded:
            sailing.aboard += ticket.persons
            ticket.boarded = True
        await db.commit()
        return web.json_response({"aboard": sailing.aboard})


async def show(request):
    async with request.config_dict[SESSIONS]() as db:
        sailing = (await db.scalars(select(Sailing).filter_by(name=request.match_info["name"]))).one()
        return web.json_response({"seats": sailing.seats, "aboard": sailing.aboard})


async def database(app):
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app[SESSIONS] = async_sessionmaker(engine, expire_on_commit=False)
    async with app[SESSIONS].begin() as db:
        db.add_all([Sailing(name="dawn", seats=2), Sailing(name="noon", seats=0)])
    yield
    await engine.dispose()


def application():
    ferry = web.Application()
    ferry.router.add_view("/tickets", Tickets)
    ferry.router.add_put("/tickets/{code}/boarding", board)
    ferry.router.add_get("/sailings/{name}", show)
    app = web.Application()
    app.cleanup_ctx.append(database)
    app.add_subapp("/ferry", ferry)
    return app
