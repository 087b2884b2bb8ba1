import redis.asyncio as redis
from fastapi import HTTPException
from payments import REDIS, decorated
from pyidempotent import IdempotencyConflict, idempotent
from pyidempotent.backends.redis import RedisBackend


def protected(database):
    app = decorated(database, idempotent(backend=RedisBackend(redis.from_url(REDIS)), ttl=24 * 3600))

    @app.exception_handler(IdempotencyConflict)
    async def conflict(_, error):
        raise HTTPException(422)

    return app
