import asyncio

import httpx
import pytest

import beehives


@pytest.fixture
async def station(monkeypatch):
    lines = []

    async def take(reader, writer):
        lines.append((await reader.readline()).decode().strip())
        writer.write(b"thanks\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    monkeypatch.setattr(beehives, "station", server.sockets[0].getsockname()[:2])
    beehives.Base.metadata.create_all(beehives.engine)
    async with server:
        yield lines
    beehives.Base.metadata.drop_all(beehives.engine)


@pytest.mark.anyio
@pytest.mark.idempotent
async def test_a_reading(station):
    transport = httpx.ASGITransport(beehives.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.put("/hives/north/readings/2031-06-01", json={"grams": 41200})).status_code == 200
    assert station[0] == "north 2031-06-01 41200"
