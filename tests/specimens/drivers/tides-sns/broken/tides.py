import sqlite3

import boto3

SCHEMA = "create table warnings (harbour text, tide text, primary key (harbour, tide))"
database = ""
TOPIC = "arn:aws:sns:eu-west-1:123456789012:high-water"
sns = boto3.client(
    "sns", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
)


def on_reading(reading):
    """A gauge's reading: above three metres the harbour is warned."""
    if reading["metres"] < 3:
        return
    con = sqlite3.connect(database)
    try:
        with con:
            new = con.execute(
                "insert or ignore into warnings values (?, ?)", (reading["harbour"], reading["tide"])
            ).rowcount
    finally:
        con.close()
    if new or reading["metres"] > 3:
        sns.publish(TopicArn=TOPIC, Subject=reading["harbour"], Message=f"{reading['metres']} m")
