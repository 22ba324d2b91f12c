import os
from concurrent.futures import ThreadPoolExecutor

from answers import BIG, SESSIONS, print_answers
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError


def engine(**options):
    # Where to log in is said by libpq's variables.
    return create_engine("postgresql+psycopg://", pool_size=SESSIONS, **options)


def ask(statement, **values):
    with engine().connect() as session:
        return session.execute(text(statement), values).scalar()


def scram():
    def guest(password):
        return engine(connect_args={"user": "guest", "password": password}).connect()

    with guest(os.environ["GUEST_PASSWORD"]) as session:
        me = session.execute(text("SELECT current_user")).scalar()
    try:
        guest("wrong").close()
    except OperationalError as error:
        return f"{me} {'refused' if 'password authentication failed' in str(error) else error}"


def prepared():
    with engine(connect_args={"prepare_threshold": 0}).connect() as session:
        doubled = [session.execute(text("SELECT :v * 2"), {"v": value}).scalar() for value in (1, 2, 3)]
        return ",".join(map(str, doubled))


def big():
    return str(ask("SELECT CAST(:big AS text)", big=BIG) == BIG).lower()


def logins():
    pool = engine()
    with ThreadPoolExecutor(SESSIONS) as threads:
        held = list(threads.map(lambda _: pool.connect(), range(SESSIONS)))
    count = sum(session.execute(text("SELECT 1")).scalar() for session in held)
    for session in held:
        session.close()
    pool.dispose()
    return count


print_answers({check.__name__: check for check in (scram, prepared, big, logins)})
