from datetime import datetime

import requests
from flask import abort, jsonify
from flask.views import MethodView

from . import radio
from .store import db, outages, rides


class Dispatching(MethodView):
    init_every_request = False

    def get(self, ref):
        return jsonify(cab=self.ride(ref).cab)

    def post(self, ref):
        ride = self.ride(ref)
        try:
            cab = radio.call_cab(ref, ride.pickup)
        except requests.RequestException as error:
            db.session.execute(outages.insert().values(ref=ref, code=error.response.status_code))
            db.session.commit()
            return jsonify(error="no cab can be called at the moment"), 502
        db.session.execute(rides.update().filter_by(ref=ref).values(cab=cab, dispatched=datetime.now()))
        db.session.commit()
        return jsonify(cab=cab), 202

    @staticmethod
    def ride(ref):
        return db.session.execute(rides.select().filter_by(ref=ref)).one_or_none() or abort(404)
