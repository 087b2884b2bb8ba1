import pytest

from ferry import application


@pytest.fixture
async def client(aiohttp_client):
    return await aiohttp_client(application())


async def buy(client, sailing="dawn"):
    return await client.post("/ferry/tickets", data={"code": "T1", "sailing": sailing})


@pytest.mark.idempotent
async def test_buy(client):
    assert (await buy(client)).status == 201
    answer = await client.get("/ferry/sailings/dawn")
    assert await answer.json() == {"seats": 1, "aboard": 0}


@pytest.mark.idempotent
async def test_board(client):
    await buy(client)
    answer = await client.put("/ferry/tickets/T1/boarding")
    assert await answer.json() == {"aboard": 3}


async def test_sold_out(client):
    assert (await buy(client, "noon")).status == 409


async def test_no_ticket(client):
    assert (await client.put("/ferry/tickets/none/boarding")).status == 404
