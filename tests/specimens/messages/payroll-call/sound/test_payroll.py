import sqlite3

import pytest

from payroll import cli, service


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "payroll.db")


@pytest.fixture
def db(path):
    db = sqlite3.connect(path)
    service.create(db)
    db.execute("insert into employees (name, salary) values ('Iris', 410000), ('Noor', 385000)")
    db.commit()
    yield db
    db.close()


@pytest.mark.idempotent(call="payroll.service:close_month")
def test_close_month(db):
    assert service.close_month(db, month="2031-04") == 2
    assert db.execute("select sum(gross) from payslips").fetchone() == (795000,)
    assert db.execute("select leave_hours from employees").fetchall() == [(16,), (16,)]


@pytest.mark.idempotent(call="payroll.service:close_month")
def test_command(db, path, capsys):
    assert cli.main(["2031-05", "--database", path]) == 0
    assert capsys.readouterr().out == "2031-05: 2 payslips\n"


def test_nobody_employed(tmp_path):
    db = sqlite3.connect(tmp_path / "empty.db")
    service.create(db)
    assert service.close_month(db, "2031-04") == 0
    db.close()
