"""Invoices for the projects of many organisations."""

from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException

from . import database


def create_app(path="invoicing.db"):
    app = Flask(__name__)
    app.config["DATABASE"] = path
    database.init_app(app)

    from .invoices import invoices
    from .organisation import organisation

    app.register_blueprint(organisation, url_prefix="/api")
    app.register_blueprint(invoices, url_prefix="/api")
    app.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code))
    return app
