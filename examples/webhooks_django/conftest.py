import json

import pytest
from hooks.signatures import signature


@pytest.fixture
def send(client):
    """Send a signed webhook."""

    def send(sender, event, signed=None):
        body = json.dumps(event).encode()
        return client.post(
            f"/webhooks/{sender}/",
            body,
            content_type="application/json",
            headers={"X-Signature": signed or signature(sender, body)},
        )

    return send
