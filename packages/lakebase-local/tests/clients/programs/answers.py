import json

# What every program sends to and fro as a big value.
BIG = "0123456789abcdef" * (512 * 1024)
# How many sessions every program opens at once.
SESSIONS = 60
# Whether the session with a pid runs the statement that is to be cancelled.
ASLEEP = """SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE pid = %s AND state = 'active' AND query = 'SELECT pg_sleep(600)')"""


def answer(check):
    """What a check answers, or how it failed."""
    try:
        return str(check())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def print_answers(checks):
    """Runs a client's checks one after the other, and prints their answers as one JSON object."""
    print(json.dumps({name: answer(check) for name, check in checks.items()}))
