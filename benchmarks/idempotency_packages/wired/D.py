from fastapi_idempotent import IdempotentMiddleWare
from payments import REDIS, application


def protected(database):
    app = application(database)
    app.add_middleware(IdempotentMiddleWare, redis_url=REDIS)
    return app
