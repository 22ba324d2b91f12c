import os
import threading

import psycopg
from answers import ASLEEP, BIG, SESSIONS, print_answers


def connect(**login):
    return psycopg.connect(autocommit=True, **login)


def scram():
    with connect(user="guest", password=os.environ["GUEST_PASSWORD"]) as guest:
        me = guest.execute("SELECT current_user").fetchone()[0]
    try:
        connect(user="guest", password="wrong").close()
    except psycopg.OperationalError as error:
        return f"{me} {'refused' if 'password authentication failed' in str(error) else error}"


def copy():
    with connect() as session, session.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE numbers (number int)")
        with cursor.copy("COPY numbers FROM STDIN") as target:
            for number in range(1, 1001):
                target.write_row([number])
        with cursor.copy("COPY numbers TO STDOUT") as source:
            return sum(int(row[0]) for row in source.rows())


def notify():
    with connect() as listener, connect() as other:
        listener.execute("LISTEN psycopg")
        other.execute("NOTIFY psycopg, 'hello'")
        return next(listener.notifies(timeout=30)).payload


def cancel():
    def cancel_once_asleep():
        with connect() as other:
            while not other.execute(ASLEEP, [session.info.backend_pid]).fetchone()[0]:
                pass
        session.cancel()

    with connect() as session:
        threading.Thread(target=cancel_once_asleep).start()
        try:
            session.execute("SELECT pg_sleep(600)")
        except psycopg.errors.QueryCanceled:
            return session.execute("SELECT 'cancelled'").fetchone()[0]


def prepared():
    with connect() as session:
        doubled = [session.execute("SELECT %s::int * 2", [value], prepare=True) for value in (1, 2, 3)]
        return ",".join(str(cursor.fetchone()[0]) for cursor in doubled)


def big():
    with connect() as session:
        return str(session.execute("SELECT %s::text", [BIG]).fetchone()[0] == BIG).lower()


def logins():
    held = []
    threads = [threading.Thread(target=lambda: held.append(connect())) for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = sum(session.execute("SELECT 1").fetchone()[0] for session in held)
    for session in held:
        session.close()
    return count


print_answers({check.__name__: check for check in (scram, copy, notify, cancel, prepared, big, logins)})
