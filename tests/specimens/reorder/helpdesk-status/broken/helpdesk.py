from datetime import datetime, timezone

from flask import Flask, abort, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Case(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    revision: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    last_seen: Mapped[str]


class Notice(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    text: Mapped[str]


def create_app(path):
    app = Flask("helpdesk")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    db.init_app(app)

    @app.post("/hooks/<source>")
    def hook(source):
        event = request.get_json()
        if source != "desk":
            abort(404)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        case = db.session.execute(db.select(Case).filter_by(number=event["case"])).scalar()
        if case is None:
            case = Case(number=event["case"], state=event["state"], revision=event["revision"], last_seen=now)
            db.session.add(case)
        else:
            case.state, case.revision, case.version = event["state"], event["revision"], case.version + 1
        case.last_seen = now
        db.session.commit()
        return jsonify(state=case.state)

    @app.get("/cases/<number>")
    def show(number):
        return jsonify(state=db.session.execute(db.select(Case.state).filter_by(number=number)).scalar())

    return app
