import pytest

from depot import HubFull


def scanned(event, parcel):
    return {"id": event, "type": "parcel.scanned", "detail": {"parcel": parcel, "hub": "leipzig"}}


@pytest.mark.idempotent
def test_a_scanned_parcel_is_at_the_hub(prodready, consumer, query):
    prodready.deliver(consumer.handle, scanned("ev-901", "P-17"))
    assert query("select hub from parcels where number = 'P-17'") == [("leipzig",)]
    assert query("select load_g from hubs") == [(5500,)]


def test_other_events_are_ignored(prodready, consumer, query):
    prodready.deliver(consumer.handle, {"id": "ev-1", "type": "belt.stopped", "detail": {}})
    assert query("select count(*) from scans") == [(0,)]


def test_full_hub(prodready, consumer, query):
    with pytest.raises(HubFull):
        prodready.deliver(consumer.handle, scanned("ev-902", "P-18"))
    assert query("select hub from parcels where number = 'P-18'") == [(None,)]
