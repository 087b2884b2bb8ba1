INSTALLED_APPS = ["drf_idempotency"]
MIDDLEWARE = ["drf_idempotency.middleware.IdempotencyMiddleware"]
SETTINGS = {"IDEMPOTENCY": {"BACKEND": "drf_idempotency.backends.database.DatabaseBackend"}}
