INSTALLED_APPS = ["rest_framework_idempotency_key"]
MIDDLEWARE = ["rest_framework_idempotency_key.middleware.IdempotencyKeyMiddleware"]
SETTINGS = {"IDEMPOTENCY_KEY_LOCK_TIMEOUT": 60}


def view(pay):
    from rest_framework_idempotency_key.decorators import simple_idempotency_key_method

    class Protected(pay):
        post = simple_idempotency_key_method(pay.post)

    return Protected
