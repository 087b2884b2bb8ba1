import requests

session = requests.Session()


def call_cab(ref, pickup):
    response = session.post(
        "https://radio.example/jobs",
        json={"pickup": pickup, "label": ref},
        timeout=3,
    )
    response.raise_for_status()
    return response.json()["cab"]
