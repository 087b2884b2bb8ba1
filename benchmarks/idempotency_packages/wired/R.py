from flask_idempotent import Idempotent
from payments import REDIS, application


def protected(database):
    def attach(app):
        app.config["REDIS_URL"] = REDIS
        Idempotent(app)

    return application(database, attach)
