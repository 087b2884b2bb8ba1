import sqlite3
from contextlib import closing

SCHEMA = """
create table scans (event text primary key, parcel text not null, hub text not null);
create table hubs (name text primary key, load_g integer not null, limit_g integer not null);
create table parcels (number text primary key, weight_g integer not null, hub text);
"""


class HubFull(Exception):
    pass


class Consumer:
    """Scanner events from the conveyor belts, at least once."""

    def __init__(self, path):
        self.path = path

    def handle(self, message):
        if message["type"] != "parcel.scanned":
            return
        scan = message["detail"]
        with closing(sqlite3.connect(self.path)) as con, con:
            con.execute(
                "insert or ignore into scans (event, parcel, hub) values (?, ?, ?)",
                (message["id"], scan["parcel"], scan["hub"]),
            )
            self._arrive(con, scan["parcel"], scan["hub"])

    def _arrive(self, con, number, hub):
        (weight,) = con.execute("select weight_g from parcels where number = ?", (number,)).fetchone()
        load, limit = con.execute("select load_g, limit_g from hubs where name = ?", (hub,)).fetchone()
        if load + weight > limit:
            raise HubFull(hub)
        con.execute("update hubs set load_g = load_g + ? where name = ?", (weight, hub))
        con.execute("update parcels set hub = ? where number = ?", (hub, number))
