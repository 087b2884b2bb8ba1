from sqlalchemy import ForeignKey
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


class Base(DeclarativeBase):
    pass


class Film(Base):
    __tablename__ = "film"
    slug: Mapped[str] = mapped_column(primary_key=True)
    reviews: Mapped[int] = mapped_column(default=0)


class Review(Base):
    __tablename__ = "review"
    film: Mapped[str] = mapped_column(ForeignKey("film.slug"), primary_key=True)
    critic: Mapped[str] = mapped_column(primary_key=True)
    stars: Mapped[int]


class ReviewRepository:
    def __init__(self, url="sqlite+aiosqlite:///:memory:"):
        self.engine = create_async_engine(url)
        self.session = async_sessionmaker(self.engine, expire_on_commit=False)

    async def create_all(self):
        async with self.engine.begin() as c:
            await c.run_sync(Base.metadata.create_all)

    async def add_film(self, slug):
        async with self.session.begin() as s:
            s.add(Film(slug=slug))

    async def film(self, slug):
        async with self.session() as s:
            return await s.get(Film, slug)

    async def review(self, slug, critic, stars):
        try:
            async with self.session.begin() as s:
                film = await s.get(Film, slug, with_for_update=True)
                film.reviews += 1
                s.add(Review(film=slug, critic=critic, stars=stars))
        except IntegrityError:
            return False
        return True


async def post_review(request):
    repo, body = request.app.state.repo, await request.json()
    new = await repo.review(request.path_params["slug"], body["critic"], body["stars"])
    return JSONResponse({"ok": new}, status_code=201 if new else 409)


async def get_film(request):
    film = await request.app.state.repo.film(request.path_params["slug"])
    return JSONResponse({"slug": film.slug, "reviews": film.reviews})


def make(repo):
    app = Starlette(routes=[
        Route("/films/{slug}/reviews", post_review, methods=["POST"]),
        Route("/films/{slug}", get_film),
    ])
    app.state.repo = repo
    return app
