from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

TABLES = [
    "create table choices (poll text, choice text, tally integer not null default 0, primary key (poll, choice))",
    "create table ballots (poll text, voter text, choice text, primary key (poll, voter))",
]


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with app.state.engine.begin() as c:
        for t in TABLES:
            c.execute(text(t))
        c.execute(text("insert into choices values ('lunch', 'soup', 0), ('lunch', 'salad', 0)"))
    yield
    app.state.engine.dispose()


app = FastAPI(lifespan=lifespan)


class Vote(BaseModel):
    voter: str
    choice: str


@app.post("/polls/{poll}/votes")
async def vote(poll: str, v: Vote, request: Request):
    p = {"poll": poll, **v.model_dump()}
    with request.app.state.engine.begin() as c:
        if c.scalar(text("select count(*) from choices where poll = :poll and choice = :choice"), p) == 0:
            raise HTTPException(404)
        c.execute(text("insert or replace into ballots values (:poll, :voter, :choice)"), p)
        c.execute(text("update choices set tally = tally + 1 where poll = :poll and choice = :choice"), p)
    return {"voted": v.choice}


@app.get("/polls/{poll}")
async def result(poll: str, request: Request):
    with request.app.state.engine.connect() as c:
        rows = c.execute(text("select choice, tally from choices where poll = :p"), {"p": poll}).all()
    return {r.choice: r.tally for r in rows}
