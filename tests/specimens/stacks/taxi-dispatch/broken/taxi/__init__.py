from flask import Flask

from .rides import Dispatching
from .store import db


def create_app(**config):
    app = Flask(__name__)
    app.config.from_mapping(SQLALCHEMY_DATABASE_URI="sqlite://", **config)
    db.init_app(app)
    app.add_url_rule("/rides/<string:ref>/dispatch", view_func=Dispatching.as_view("dispatch"))
    return app
