INSTALLED_APPS = ["drf_idempotencykey"]


def view(pay):
    from drf_idempotencykey.mixins import DrfIdempotencyKeyMixin

    class Protected(DrfIdempotencyKeyMixin, pay):
        pass

    return Protected
