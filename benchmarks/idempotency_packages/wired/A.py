from idempotency_header_middleware import IdempotencyHeaderMiddleware
from idempotency_header_middleware.backends import RedisBackend
from payments import REDIS, application
from redis.asyncio import Redis


def protected(database):
    app = application(database)
    app.add_middleware(IdempotencyHeaderMiddleware, backend=RedisBackend(redis=Redis.from_url(REDIS)))
    return app
