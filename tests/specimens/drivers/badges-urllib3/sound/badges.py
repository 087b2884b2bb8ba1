import json

import urllib3
from flask import Flask, jsonify, request
from sqlalchemy import create_engine, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Attendee(Base):
    __tablename__ = "attendees"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


def create_app(database, printer):
    app = Flask(__name__)
    engine = create_engine(database)
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(5), retries=False)
    Base.metadata.create_all(engine)

    @app.post("/check-in")
    def check_in():
        body = request.get_json()
        attendee = {"code": body["code"], "name": body["name"].strip()}
        with Session(engine) as session:
            session.execute(insert(Attendee).values(attendee).on_conflict_do_nothing())
            session.commit()
        print_badge(attendee)
        return jsonify(attendee), 201

    def print_badge(attendee):
        answer = pool.request(
            "POST",
            f"{printer}/jobs",
            body=json.dumps({"template": "badge-a6", "lines": [attendee["name"]]}),
            headers={"Content-Type": "application/json", "Idempotency-Key": f"badge-{attendee['code']}"},
        )
        if answer.status != 202:
            raise RuntimeError(f"the printer answered {answer.status}")

    @app.get("/attendees")
    def attendees():
        with Session(engine) as session:
            return jsonify(session.scalars(select(Attendee.name).order_by(Attendee.name)).all())

    return app
