from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, PositiveInt

DAY = 24 * 60 * 60


class Purchase(BaseModel):
    order: str
    credits: PositiveInt


def create_app(redis, prefix="credits:"):
    app = FastAPI()

    @app.post("/wallets/{user}/purchases")
    def buy(user: str, purchase: Purchase):
        with redis.pipeline(transaction=True) as pipe:
            pipe.incr(f"{prefix}rate:{user}")
            pipe.expire(f"{prefix}rate:{user}", 60)
            calls, _ = pipe.execute()
        if calls > 20:
            raise HTTPException(429)
        wallet = f"{prefix}wallet:{user}"
        redis.set(f"{prefix}order:{purchase.order}", user, ex=30 * DAY)
        redis.sadd(f"{prefix}users", user)
        redis.incrby(wallet, purchase.credits)
        return {"credits": int(redis.get(wallet))}

    @app.get("/wallets/{user}")
    def wallet(user: str):
        return {"credits": int(redis.get(f"{prefix}wallet:{user}") or 0)}

    return app
