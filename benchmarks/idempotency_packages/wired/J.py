from mobius_idempotence import IdempotencyConfig, IdempotencyManager, idempotent
from mobius_idempotence.backends.redis import RedisBackend
from payments import REDIS, decorated


def protected(database):
    manager = IdempotencyManager(RedisBackend(REDIS), IdempotencyConfig(fail_open=False))
    return decorated(database, idempotent(manager, status_code=201))
