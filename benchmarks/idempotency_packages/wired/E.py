from fastidempotent import MemoryBackend, idempotent
from payments import decorated


def protected(database):
    return decorated(database, idempotent(backend=MemoryBackend(ttl=3600)))
