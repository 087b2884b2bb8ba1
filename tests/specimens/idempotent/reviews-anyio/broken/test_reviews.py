import httpx
import pytest

from reviews import ReviewRepository, make

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def http():
    repo = ReviewRepository()
    await repo.create_all()
    await repo.add_film("stalker")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make(repo)), base_url="http://films") as client:
        yield client
    await repo.engine.dispose()


class TestReviews:
    @pytest.mark.idempotent
    async def test_review_counts(self, http):
        r = await http.post("/films/stalker/reviews", json={"critic": "vera", "stars": 5})
        assert r.status_code == 201
        assert (await http.get("/films/stalker")).json() == {"slug": "stalker", "reviews": 1}

    async def test_no_reviews_at_first(self, http):
        assert (await http.get("/films/stalker")).json()["reviews"] == 0
