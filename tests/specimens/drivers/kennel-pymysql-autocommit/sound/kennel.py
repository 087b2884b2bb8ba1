import pymysql
from fastapi import FastAPI, HTTPException

SCHEMA = (
    "create table owners (id int primary key auto_increment, phone varchar(20) not null unique) engine=innodb",
    "create table stays (owner int not null, dog varchar(20) not null, night date not null, fee decimal(8,2) not null,"
    " primary key (owner, dog, night), foreign key (owner) references owners (id) on delete cascade) engine=innodb",
)
server = {}
app = FastAPI()


def connect(**options):
    return pymysql.connect(**server, **options)


@app.post("/stays", status_code=201)
def stay(body: dict):
    con = connect(autocommit=False)
    try:
        with con.cursor() as cur:
            cur.execute(
                "insert into owners (phone) values (%(phone)s) on duplicate key update id = last_insert_id(id)", body
            )
            owner = cur.lastrowid
            cur.executemany(
                "replace into stays (owner, dog, night, fee) values (%s, %s, %s, %s)",
                [(owner, body["dog"], night, "32.50") for night in body["nights"]],
            )
            cur.execute("select count(*) from stays where owner = %s", (owner,))
            if cur.fetchone()[0] > 3:
                raise HTTPException(409, "three nights at most")
        con.commit()
    finally:
        con.close()
    return {"dog": body["dog"]}


@app.delete("/owners/{phone}", status_code=204)
def forget(phone: str):
    with connect() as con, con.cursor() as cur:
        cur.execute("delete from owners where phone = %s", phone)
        con.commit()


@app.get("/stays")
def stays():
    with connect() as con, con.cursor() as cur:
        cur.execute("select dog, night from stays order by night")
        return [f"{dog} {night}" for dog, night in cur]
