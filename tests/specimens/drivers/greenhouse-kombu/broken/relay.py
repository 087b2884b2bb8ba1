import sqlite3
from contextlib import closing

from kombu import Connection, Exchange, Queue

SCHEMA = "create table alarms (id integer primary key, sensor text, raised text, unique (sensor, raised));"
database = "alarms.db"
broker = "memory://"
exchange = Exchange("greenhouse", type="topic", durable=True)
vents = Queue("vents", exchange, routing_key="alarm.#")


def on_temperature(message):
    if message["celsius"] < 35:
        return False
    record(message["sensor"], message["raised"])
    publish({"open": 60, "sensor": message["sensor"]}, f"alarm.{message['sensor']}")
    return True


def record(sensor, raised):
    with closing(sqlite3.connect(database)) as db, db:
        added = db.execute("insert or ignore into alarms (sensor, raised) values (?, ?)", (sensor, raised))
        return added.rowcount == 1


def publish(body, routing_key):
    with Connection(broker) as connection, connection.Producer(serializer="json") as producer:
        producer.publish(body, exchange=exchange, routing_key=routing_key, declare=[vents], retry=False)
