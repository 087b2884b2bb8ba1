import redis.asyncio
from ichido import IchidoConfig, IchidoMiddleware, RedisIdempotencyStore
from payments import REDIS, application


def protected(database):
    app = application(database)
    client = redis.asyncio.from_url(REDIS, decode_responses=True)
    store = RedisIdempotencyStore(redis_client=client, ttl=86400)
    app.add_middleware(IchidoMiddleware, store=store, config=IchidoConfig(ttl_seconds=86400))
    return app
