import pytest

from garage import application


@pytest.fixture
async def client(aiohttp_client, tmp_path):
    return await aiohttp_client(application(f"sqlite+aiosqlite:///{tmp_path / 'garage.db'}"))


@pytest.mark.idempotent
async def test_in_and_out(client):
    car = {"plate": "HH-KL 318"}
    entry = await client.post("/garages/harbour/entries", json=car, headers={"Idempotency-Key": "barrier-1-0007"})
    assert entry.status == 201
    assert (await entry.json())["direction"] == "in"
    leaving = await client.post("/garages/harbour/exits", json=car, headers={"Idempotency-Key": "barrier-2-0011"})
    assert leaving.status == 201
    assert (await leaving.json())["direction"] == "out"


async def test_no_plate(client):
    answer = await client.post(
        "/garages/harbour/entries", json={"plate": " "}, headers={"Idempotency-Key": "barrier-1-0008"}
    )
    assert answer.status == 400
