import argparse
import sqlite3

from . import service


def main(argv):
    parser = argparse.ArgumentParser(prog="payroll")
    parser.add_argument("month")
    parser.add_argument("--database", required=True)
    options = parser.parse_args(argv)
    db = sqlite3.connect(options.database)
    try:
        print(f"{options.month}: {service.close_month(db, options.month)} payslips")
    finally:
        db.close()
    return 0
