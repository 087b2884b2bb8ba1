from fastapi import FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, String, Table, create_engine, func, select
from sqlalchemy.dialects.sqlite import insert

metadata = MetaData()
baskets = Table("baskets", metadata, Column("id", String, primary_key=True), Column("shopper", String))
items = Table(
    "basket_items", metadata,
    Column("basket", ForeignKey("baskets.id"), primary_key=True),
    Column("article", String, primary_key=True),
    Column("qty", Integer, nullable=False),
    Column("touched", DateTime, nullable=False, server_default=func.current_timestamp()),
)


class Item(BaseModel):
    article: str
    qty: int


def application(db_url: str) -> FastAPI:
    app = FastAPI()
    app.state.db = create_engine(db_url)
    metadata.create_all(app.state.db)

    @app.post("/baskets/{basket}/items")
    def put_in(basket: str, item: Item, request: Request):
        row = insert(items).values(basket=basket, article=item.article, qty=item.qty)
        row = row.on_conflict_do_update(
            index_elements=["basket", "article"],
            set_={"qty": items.c.qty + row.excluded.qty, "touched": func.strftime("%Y-%m-%d %H:%M:%f", "now")},
        )
        with request.app.state.db.begin() as c:
            c.execute(insert(baskets).values(id=basket, shopper="guest").on_conflict_do_nothing())
            c.execute(row)
        return {"basket": basket, "article": item.article}

    @app.get("/baskets/{basket}")
    def look(basket: str, request: Request):
        with request.app.state.db.connect() as c:
            rows = c.execute(select(items.c.article, items.c.qty).where(items.c.basket == basket))
            return {"items": {r.article: r.qty for r in rows}}

    return app
