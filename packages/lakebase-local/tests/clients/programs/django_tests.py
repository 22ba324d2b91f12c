from django.db import connection
from django.test import TestCase


class OwnDatabase:
    """A process of the tests has a database of its own, copied from the one that was migrated."""

    def test_name(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            self.assertRegex(cursor.fetchone()[0], r"^test_.*_[12]$")

    def test_writing(self):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS number")
            cursor.execute("SELECT sum(number) FROM numbers")
            self.assertEqual(cursor.fetchone()[0], 500500)


class FirstTest(OwnDatabase, TestCase):
    pass


class SecondTest(OwnDatabase, TestCase):
    pass
