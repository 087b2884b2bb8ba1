from uuid import UUID

import psycopg
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def rent(request):
    body = await request.json()
    store = request.app.state.store
    try:
        await store.rent(UUID(body["ticket"]), request.path_params["locker"], body["card"], body["hours"])
    except psycopg.errors.CheckViolation:
        return Response(status_code=402)
    return JSONResponse({"locker": request.path_params["locker"]}, status_code=201)


async def card(request):
    cents = await request.app.state.store.remaining(request.path_params["uid"])
    return JSONResponse({"cents": cents}, status_code=404 if cents is None else 200)


def application(store):
    app = Starlette(
        routes=[Route("/lockers/{locker:int}/rentals", rent, methods=["POST"]), Route("/cards/{uid}", card)]
    )
    app.state.store = store
    return app
