import flask_once
from flask_once import idempotent
from payments import application


def protected(database):
    def attach(app):
        app.cache = {}
        flask_once.attach(app, app.cache)

    return application(database, attach, idempotent())
