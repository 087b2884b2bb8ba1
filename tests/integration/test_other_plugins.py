"""What other plugins and suites own stays theirs."""

from __future__ import annotations

from pytest_prodready.testing import Specimen

TEST = """
import pytest

@pytest.mark.{marker}
def test_put(client):
    assert client.put("/payments/1", json={{"amount": 5}}).status_code == 200
"""
LINE = "prodready: @pytest.mark.idempotent belongs to this suite or another plugin; ours is @pytest.mark.prodready_idempotent"


def test_a_suite_that_registers_the_short_name_keeps_it(application: dict[str, str]) -> None:
    """Ours is off, one header line says so, and the prefixed twin works."""
    application["pytest.ini"] = "[pytest]\nmarkers = idempotent: what this suite means by it\n"
    theirs = Specimen({**application, "test_it.py": TEST.format(marker="idempotent")})
    theirs.run("--strict-markers", report=False).expect(outcomes={"passed": 1}, text=LINE)
    ours = Specimen({**application, "test_it.py": TEST.format(marker="prodready_idempotent")})
    ours.run("--strict-markers", report=False).expect(outcomes={"passed": 2})


def test_with_pytest_idempotent_the_short_marker_is_its_own(application: dict[str, str]) -> None:
    """The other plugin is told by its name, whether or not it registers its marker."""
    application["pytest_idempotent.py"] = "# stands for the installed plugin of that name\n"
    specimen = Specimen({**application, "test_it.py": TEST.format(marker="idempotent")})
    specimen.run("-p", "pytest_idempotent", subprocess=True, report=False).expect(
        outcomes={"passed": 1}, text=LINE
    )


def test_reruns_and_random_order_change_no_verdict(application: dict[str, str]) -> None:
    """Variants follow their bases however the bases are shuffled."""
    application["test_it.py"] = TEST.format(marker="idempotent")
    for seed in ("1", "2"):
        Specimen(application).run(f"--randomly-seed={seed}").expect(
            outcomes={"passed": 2}, held=["idempotent PUT /payments/{number}"]
        )


def test_without_a_marker_plain_pytest_patches_nothing(application: dict[str, str]) -> None:
    """No marker, no option: nothing is listened to, nothing is printed."""
    application["test_it.py"] = """
import sqlite3, httpx

def test_plain(client):
    assert not hasattr(sqlite3.connect, "__wrapped__")
    assert not hasattr(httpx.Client._send_single_request, "__wrapped__")
"""
    shown = Specimen(application).run(report=False)
    shown.expect(outcomes={"passed": 1})
    assert "prodready:" not in shown.text
