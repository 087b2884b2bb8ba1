from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

rides = db.Table(
    "rides",
    db.Column("ref", db.String, primary_key=True),
    db.Column("pickup", db.String, nullable=False),
    db.Column("cab", db.String),
    db.Column("dispatched", db.DateTime),
)
outages = db.Table("outages", db.Column("id", db.Integer, primary_key=True), db.Column("ref", db.String), db.Column("code", db.Integer))
