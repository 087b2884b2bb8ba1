import json

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker

from .models import Booking, Payout, SeenEvent
from .signatures import BadSignature, verify


def create_app(sessions: async_sessionmaker, secret: str) -> FastAPI:
    app = FastAPI()

    @app.post("/webhooks/payline")
    async def payline(request: Request):
        body = await request.body()
        try:
            verify(body, secret, request.headers.get("Payline-Signature", ""))
        except BadSignature as error:
            raise HTTPException(400, f"signature {error}") from None
        event = json.loads(body)
        async with sessions() as db:
            if await db.get(SeenEvent, event["id"]):
                return {"received": True}
            db.add(SeenEvent(id=event["id"], type=event["type"]))
            if event["type"] == "payout.paid":
                payout = await db.get(Payout, event["data"]["payout"])
                if payout is None:
                    raise HTTPException(404, "no such payout")
                payout.status = "paid"
                db.add(Booking(payout=payout.id, cents=-payout.cents))
            try:
                await db.commit()
            except IntegrityError:
                await db.rollback()
        return {"received": True}

    @app.get("/payouts/{id}")
    async def show(id: str):
        async with sessions() as db:
            payout = await db.get(Payout, id)
        if payout is None:
            raise HTTPException(404, "no such payout")
        return {"id": payout.id, "status": payout.status}

    return app
