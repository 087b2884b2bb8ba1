def create(db):
    db.executescript(
        """
        create table employees (id integer primary key, name text not null, salary integer not null,
          leave_hours integer not null default 0);
        create table payslips (employee integer references employees (id), month text, gross integer,
          primary key (employee, month));
        """
    )


def close_month(db, month):
    """Write the payslips of a month and credit its holiday hours; how many employees there were."""
    staff = db.execute("select id, salary from employees order by id").fetchall()
    with db:
        for employee, salary in staff:
            db.execute(
                "insert or replace into payslips (employee, month, gross) values (?, ?, ?)",
                (employee, month, salary),
            )
            db.execute("update employees set leave_hours = leave_hours + 16 where id = ?", (employee,))
    return len(staff)
