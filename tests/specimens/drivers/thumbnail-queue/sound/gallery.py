import json

JOBS = "jobs"
SEEN = "seen"
LATEST = "latest"


class Intake:
    """Takes upload events from the bucket and lines up the work for the resizers."""

    def __init__(self, redis, namespace):
        self._redis = redis
        self._namespace = namespace

    def _key(self, name):
        return f"{self._namespace}:{name}"

    def on_upload(self, record: bytes):
        upload = json.loads(record)["s3"]["object"]
        lock = self._redis.lock(self._key(f"lock:{upload['key']}"), timeout=10)
        with lock:
            self._redis.hset(self._key(LATEST), upload["key"], upload["eTag"])
            if not self._redis.sadd(self._key(SEEN), f"{upload['key']}@{upload['eTag']}"):
                return 0
            jobs = [json.dumps({"key": upload["key"], "width": width}) for width in (320, 1280)]
            self._redis.lpush(self._key(JOBS), *jobs)
            return len(jobs)
