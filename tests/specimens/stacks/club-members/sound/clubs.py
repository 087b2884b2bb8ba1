import re

from flask import Blueprint, Flask, abort, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
api = Blueprint("clubs", __name__, url_prefix="/api/v1/clubs")


class Club(db.Model):
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


class Member(db.Model):
    __table_args__ = (UniqueConstraint("club", "email"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    club: Mapped[str] = mapped_column(ForeignKey("club.slug"))
    email: Mapped[str]


class Card(db.Model):
    number: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


@api.post("/<slug>/members")
def join(slug):
    db.get_or_404(Club, slug)
    body = request.get_json()
    member = Member(club=slug, email=body["email"])
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return jsonify(error="already a member"), 409
    hand_out_card(member, body.get("card", ""))
    db.session.commit()
    return jsonify(id=member.id, email=member.email), 201


def hand_out_card(member, number):
    if not re.fullmatch(r"\d{6}", number):
        abort(422, "a card has six digits")
    db.session.add(Card(number=number, member_id=member.id))


@api.get("/<slug>/members")
def members(slug):
    found = db.session.execute(db.select(Member).filter_by(club=slug).order_by(Member.email)).scalars()
    return jsonify([member.email for member in found])


def create_app(uri="sqlite://"):
    app = Flask("clubs")
    app.config["SQLALCHEMY_DATABASE_URI"] = uri
    db.init_app(app)
    app.register_blueprint(api)
    return app
