from contextlib import asynccontextmanager

from fastapi import FastAPI
from idemgate import IdempotencyRoute, idempotent
from idemgate.redis_store import RedisAcquirer
from payments import REDIS, decorated
from redis.asyncio import Redis


@asynccontextmanager
async def lifespan(app):
    redis = Redis.from_url(REDIS, decode_responses=False)
    app.state.idempotency_store = RedisAcquirer(redis)
    try:
        yield
    finally:
        await redis.aclose()


def protected(database):
    app = FastAPI(lifespan=lifespan)
    app.router.route_class = IdempotencyRoute
    return decorated(database, idempotent(ttl=3600), app=app)
