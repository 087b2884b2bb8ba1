from idemkit import IdempotencyMiddleware, InMemoryBackend
from payments import application


def protected(database):
    app = application(database)
    app.add_middleware(IdempotencyMiddleware, backend=InMemoryBackend())
    return app
