"""One connection a request, and the tables."""

import sqlite3

from flask import current_app, g

TABLES = """
create table if not exists organisations (
    id integer primary key,
    name text not null unique,
    seats integer not null,
    next_invoice integer not null default 1
);
create table if not exists members (
    id integer primary key,
    organisation_id integer not null references organisations,
    email text not null,
    unique (organisation_id, email)
);
create table if not exists tokens (
    sha256 text primary key,
    member_id integer not null references members,
    last_used text not null
);
create table if not exists projects (
    id integer primary key,
    organisation_id integer not null references organisations,
    name text not null,
    unique (organisation_id, name)
);
create table if not exists invoices (
    id integer primary key,
    organisation_id integer not null references organisations,
    project_id integer not null references projects,
    number integer not null,
    customer text not null,
    cents integer not null,
    state text not null default 'draft',
    unique (organisation_id, number)
);
create table if not exists replies (
    organisation_id integer not null references organisations,
    key text not null,
    request text not null,
    status integer not null,
    body text not null,
    primary key (organisation_id, key)
);
"""


def connection():
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
        g.connection.row_factory = sqlite3.Row
        g.connection.execute("pragma foreign_keys = on")
    return g.connection


def close(error=None):
    if "connection" in g:
        g.pop("connection").close()


def init_app(app):
    app.teardown_appcontext(close)
    with app.app_context():
        connection().executescript(TABLES)
