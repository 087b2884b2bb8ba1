import aiosqlite
from fastapi import FastAPI, HTTPException

SCHEMA = "create table requests (id integer primary key, gardener text not null, plot text not null)"
database = ""
app = FastAPI()


@app.post("/plots/{plot}/requests", status_code=201)
async def ask(plot: str, body: dict):
    async with aiosqlite.connect(database) as db:
        await db.execute("insert into requests (gardener, plot) values (?, ?)", (body["gardener"], plot))
        if not plot.isalnum():
            raise HTTPException(422, "no such plot")
        await db.commit()
    return {"plot": plot}


@app.get("/requests")
async def requests():
    async with aiosqlite.connect(database) as db, db.execute("select gardener from requests order by id") as rows:
        return [gardener async for (gardener,) in rows]
