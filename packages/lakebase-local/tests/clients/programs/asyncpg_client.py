import asyncio
import os
import ssl

import asyncpg
from answers import BIG, SESSIONS, print_answers

secure = False
if os.environ["PGSSLMODE"] != "disable":
    secure = ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"])


def connect(**login):
    return asyncpg.connect(ssl=secure, **login)


async def scram():
    guest = await connect(user="guest", password=os.environ["GUEST_PASSWORD"])
    me = await guest.fetchval("SELECT current_user")
    await guest.close()
    try:
        await connect(user="guest", password="wrong")
    except asyncpg.InvalidPasswordError:
        return f"{me} refused"


async def copy():
    session = await connect()
    await session.execute("CREATE TEMPORARY TABLE numbers (number int)")
    await session.copy_records_to_table("numbers", records=[(number,) for number in range(1, 1001)])
    chunks = []

    async def collect(chunk):
        chunks.append(chunk)

    await session.copy_from_table("numbers", output=collect)
    await session.close()
    return sum(int(line) for line in b"".join(chunks).split())


async def notify():
    listener, other = await connect(), await connect()
    heard = asyncio.get_running_loop().create_future()
    await listener.add_listener("asyncpg", lambda *words: heard.set_result(words[3]))
    await other.execute("NOTIFY asyncpg, 'hello'")
    payload = await asyncio.wait_for(heard, 30)
    await listener.close()
    await other.close()
    return payload


async def cancel():
    session = await connect()
    try:
        await session.execute("SELECT pg_sleep(600)", timeout=0.1)
    except TimeoutError:
        state = await session.fetchval("SELECT 'cancelled'")
        await session.close()
        return state


async def prepared():
    session = await connect()
    double = await session.prepare("SELECT $1::int * 2")
    doubled = [str(await double.fetchval(value)) for value in (1, 2, 3)]
    await session.close()
    return ",".join(doubled)


async def big():
    session = await connect()
    same = await session.fetchval("SELECT $1::text", BIG) == BIG
    await session.close()
    return str(same).lower()


async def logins():
    held = await asyncio.gather(*(connect() for _ in range(SESSIONS)))
    count = sum(await asyncio.gather(*(session.fetchval("SELECT 1") for session in held)))
    await asyncio.gather(*(session.close() for session in held))
    return count


checks = (scram, copy, notify, cancel, prepared, big, logins)
print_answers({check.__name__: (lambda check=check: asyncio.run(check())) for check in checks})
