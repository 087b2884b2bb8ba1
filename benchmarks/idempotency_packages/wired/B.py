from fastapi_idempotency import IdempotencyMiddleware
from payments import application


def protected(database):
    app = application(database)
    app.add_middleware(IdempotencyMiddleware)
    return app
