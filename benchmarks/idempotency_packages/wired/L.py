MIDDLEWARE = ["idempotency_key.middleware.IdempotencyKeyMiddleware"]
