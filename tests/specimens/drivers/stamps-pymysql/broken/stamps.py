import pymysql
from flask import Flask, request
from pymysql.cursors import DictCursor

SCHEMA = (
    "create table cards (id int primary key, holder varchar(40) not null, stamps int not null default 0) engine=innodb",
    "create table visits (receipt varchar(20) primary key, card int not null, at datetime(6) not null default now(6),"
    " foreign key (card) references cards (id) on delete cascade) engine=innodb",
)
server = {}
app = Flask(__name__)


def connect():
    return pymysql.connect(**server, cursorclass=DictCursor)


@app.post("/cards/<int:card>/stamps")
def stamp(card):
    receipt = request.get_json()["receipt"]
    with connect() as con, con.cursor() as cur:
        cur.execute("select `holder` from `cards` where `id` = %s for update", (card,))
        found = cur.fetchone()
        if found is None:
            return {"error": "unknown card"}, 404
        cur.execute("insert ignore into `visits` (`receipt`, `card`) values (%s, %s)", (receipt, card))
        cur.execute("update cards set stamps = stamps + 1 where id = %s", (card,))
        con.commit()
    return {"holder": found["holder"]}, 201


@app.get("/cards/<int:card>")
def show(card):
    with connect() as con, con.cursor() as cur:
        cur.execute("select stamps from cards where id = %s", (card,))
        return {"stamps": cur.fetchone()["stamps"]}
