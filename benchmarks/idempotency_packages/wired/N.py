import os

INSTALLED_APPS = ["drf_idem"]
MIDDLEWARE = ["drf_idem.middleware.IdempotencyMiddleware"]
SETTINGS = {
    "CACHES": {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "drf_idem": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["REDIS_URL"],
        },
    },
    "DRF_IDEM": {"HEADER": "HTTP_X_REQUEST_ID", "TTL": 60, "CACHE_BACKEND": "drf_idem"},
}
