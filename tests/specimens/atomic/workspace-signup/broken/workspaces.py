from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

meta = MetaData()
spaces = Table("spaces", meta, Column("id", Integer, primary_key=True), Column("name", String, unique=True))
seats = Table(
    "seats", meta, Column("space", ForeignKey("spaces.id")), Column("email", String, unique=True), Column("role", String)
)


class SignUp(BaseModel):
    name: str
    owner: str
    invited: list[str] = []


def build(url: str) -> FastAPI:
    engine = create_engine(url)
    meta.create_all(engine)
    app = FastAPI()

    def connection():
        with engine.connect() as c:
            yield c

    Conn = Annotated[Connection, Depends(connection)]

    @app.post("/spaces", status_code=201)
    def sign_up(body: SignUp, c: Conn):
        try:
            space = c.execute(insert(spaces).values(name=body.name)).inserted_primary_key[0]
            c.execute(insert(seats).values(space=space, email=body.owner, role="owner"))
            c.commit()
            for email in body.invited:
                c.execute(insert(seats).values(space=space, email=email, role="guest"))
            c.commit()
        except IntegrityError:
            c.rollback()
            raise HTTPException(409, "name or address already in use")
        return {"space": space}

    @app.get("/spaces")
    def names(c: Conn):
        return {"names": c.scalars(select(spaces.c.name)).all()}

    return app
