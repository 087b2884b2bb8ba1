from fastapi_idempotency_key import IdempotencyMiddleware, MemoryBackend
from payments import application


def protected(database):
    app = application(database)
    app.add_middleware(
        IdempotencyMiddleware, backend=MemoryBackend(), header_name="Idempotency-Key", default_ttl=86400
    )
    return app
