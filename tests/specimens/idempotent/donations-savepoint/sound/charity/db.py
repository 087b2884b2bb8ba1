from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SessionFactory = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


def get_session():
    with SessionFactory() as s:
        yield s
