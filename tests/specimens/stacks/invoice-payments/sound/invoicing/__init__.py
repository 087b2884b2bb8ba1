from flask import Flask, jsonify

from . import db, views


def create_app(database):
    app = Flask(__name__)
    app.config["DATABASE"] = database
    app.register_blueprint(views.bp)
    app.register_error_handler(views.Overpaid, lambda error: (jsonify(error=str(error)), 409))
    app.teardown_appcontext(db.close)
    with app.app_context():
        db.get_db().executescript(db.SCHEMA)
    return app
