import uuid

from fastapi import FastAPI, Header, HTTPException


class Loans:
    """A repository that keeps its rows in memory."""

    def __init__(self):
        self.rows = {}
        self.reminders = []

    def lend(self, key, book):
        number = uuid.uuid5(uuid.NAMESPACE_OID, key).hex
        known = self.rows.get(number)
        if known is not None and known["book"] != book:
            raise HTTPException(422, "this key was used for another book")
        if known is None:
            self.rows[number] = {"book": book, "key": key}
            self.reminders.append({"loan": number})


def application(loans):
    app = FastAPI()

    @app.post("/loans", status_code=201)
    def lend(body: dict, idempotency_key: str = Header()):
        loans.lend(idempotency_key, body["book"])
        return {}

    return app
