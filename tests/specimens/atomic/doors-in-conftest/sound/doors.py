import functools


def database():
    raise NotImplementedError


def checked(handler):
    @functools.wraps(handler)
    async def check(number, *args, **kwargs):
        return await handler(number, *args, **kwargs)

    return check
