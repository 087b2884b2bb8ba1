"""What is done with each message. Returning acknowledges it, raising refuses it."""

from .outbox import Outbox


class Refused(Exception):
    """The message asks for what cannot be done."""


class Fulfilment:
    """The handlers.

    Args:
        db: the warehouse's database.
        broker: where the carrier and the mailer listen.
    """

    def __init__(self, db, broker):
        self._db = db
        self._outbox = Outbox(db, broker)

    def on_order_paid(self, order):
        """Ship an order: reserve its goods, call the carrier, write to the customer."""
        with self._db:
            shipped = self._db.execute(
                "insert into shipments values (?, ?, ?, ?) on conflict (order_number) do nothing",
                (order["number"], self._known(order["sku"]), order["quantity"], order["address"]),
            )
            if shipped.rowcount:
                self._move(order["sku"], -order["quantity"])
                self._outbox.put("pickups", {"order": order["number"], "address": order["address"]})
                subject = f"Order {order['number']} is on its way"
                self._outbox.put("mails", {"to": order["email"], "subject": subject})
        self._outbox.flush()

    def on_goods_received(self, goods):
        """Put a supplier's delivery on the shelves, once for each delivery note."""
        with self._db:
            noted = self._db.execute("insert or ignore into receipts values (?)", (goods["delivery_note"],))
            if noted.rowcount:
                for line in goods["lines"]:
                    self._move(self._known(line["sku"]), line["quantity"])

    def _known(self, sku):
        if not self._db.execute("select 1 from articles where sku = ?", (sku,)).fetchone():
            raise Refused(f"no such article: {sku}")
        return sku

    def _move(self, sku, quantity):
        self._db.execute("update articles set stock = stock + ? where sku = ?", (quantity, sku))
