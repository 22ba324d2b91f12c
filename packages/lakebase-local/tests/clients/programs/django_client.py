import os

import django
from answers import print_answers
from django.conf import settings
from django.test.runner import DiscoverRunner

database = {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}
# Where to log in is said by libpq's variables.
settings.configure(DATABASES={"default": database}, USE_TZ=True)


class CountingRunner(DiscoverRunner):
    def suite_result(self, suite, result):
        self.count = result.testsRun
        return super().suite_result(suite, result)


def parallel():
    django.setup()
    runner = CountingRunner(parallel=2, verbosity=0, interactive=False)
    failed = runner.run_tests(["django_tests"])
    return f"{runner.count} run, {failed} failed"


print_answers({"parallel": parallel})
