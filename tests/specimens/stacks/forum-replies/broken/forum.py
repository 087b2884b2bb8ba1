from flask import Flask, g, redirect, request, session, url_for
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, insert, select, update
from werkzeug.security import check_password_hash

meta = MetaData()
users = Table("users", meta, Column("name", String, primary_key=True), Column("password", String))
threads = Table("threads", meta, Column("id", Integer, primary_key=True), Column("topic", String), Column("replies", Integer))
replies = Table(
    "replies", meta,
    Column("id", Integer, primary_key=True),
    Column("thread", ForeignKey("threads.id")),
    Column("author", ForeignKey("users.name")),
    Column("text", String),
    Column("form_id", String),
)


def create_app(url):
    app = Flask("forum")
    app.secret_key = "only for tests"
    engine = app.extensions["engine"] = create_engine(url)
    meta.create_all(engine)

    @app.before_request
    def who():
        g.user = session.get("user")
        if request.endpoint == "reply" and g.user is None:
            return "please sign in", 401

    @app.post("/login")
    def login():
        with engine.connect() as c:
            password = c.scalar(select(users.c.password).filter_by(name=request.form["name"]))
        if password is None or not check_password_hash(password, request.form["password"]):
            return "wrong name or password", 401
        session["user"] = request.form["name"]
        return redirect("/")

    @app.get("/threads/<int:thread>")
    def show(thread):
        with engine.connect() as c:
            texts = c.scalars(select(replies.c.text).filter_by(thread=thread)).all()
        return "<hr>".join(texts)

    @app.post("/threads/<int:thread>/replies")
    def reply(thread):
        text = request.form.get("text", "").strip()
        if not text:
            return "say something", 400
        row = {"thread": thread, "author": g.user, "text": text, "form_id": request.form["form_id"]}
        with engine.begin() as c:
            c.execute(update(threads).filter_by(id=thread).values(replies=threads.c.replies + 1))
            c.execute(insert(replies).values(row))
        return redirect(url_for("show", thread=thread), 303)

    return app
