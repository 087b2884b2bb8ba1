import pytest

from roster import client_for, make, prepare


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_add_shift(tmp_path):
    engine = await prepare(tmp_path / "r.db")
    async with client_for(make(engine)) as http:
        res = await http.post("/shifts", json={"person": "Femi", "job": "nurse", "hours": 8})
    assert res.status_code == 201
    await engine.dispose()


@pytest.mark.anyio
async def test_unknown_job_is_an_error(tmp_path):
    engine = await prepare(tmp_path / "r.db")
    async with client_for(make(engine)) as http:
        res = await http.post("/shifts", json={"person": "Femi", "job": "wizard", "hours": 8})
    assert res.status_code == 500
    await engine.dispose()
