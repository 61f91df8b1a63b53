"""The settings read the environment, say what is wrong with it, and are all documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# Each starts a process.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
STRONG = "0123456789abcdefghijklmnopqrstuvwxyz" * 2
POSTGRESQL = "postgres://tracker@/tracker?host=%2Frun%2Fpostgresql"
PRODUCTION = {"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "tracker.example.org"}


def manage(folder, *arguments, **variables):
    """Run manage.py with these variables and no others that the settings read."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment | {"DATA_DIR": str(folder)} | variables,
        capture_output=True,
        text=True,
    )


def setting(folder, expression, **variables):
    code = f"from django.conf import settings; print({expression})"
    return manage(folder, "shell", "--no-imports", "-c", code, **variables).stdout.strip()


def test_nothing_needs_to_be_set(tmp_path):
    run = manage(tmp_path, "check")

    assert (run.returncode, run.stderr) == (0, "")


def test_a_copy_for_this_machine_keeps_its_own_secret(tmp_path):
    first, second = (setting(tmp_path, "settings.SECRET_KEY") for _ in range(2))

    assert first == second == (tmp_path / "secret_key").read_text()
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_languages_of_the_interface_are_a_setting(tmp_path):
    names = "[name for _code, name in settings.LANGUAGES]"

    assert setting(tmp_path, names) == "['English', '繁體中文', '简体中文']"
    assert setting(tmp_path, names, LANGUAGES="zh-hans") == "['English', '简体中文']"
    assert setting(tmp_path, f"{names}, settings.USE_I18N", LANGUAGES="") == "['English'] False"


def test_debug_is_off_unless_asked_for(tmp_path):
    assert setting(tmp_path, "settings.DEBUG") == "False"
    assert setting(tmp_path, "settings.DEBUG", DEBUG="1") == "True"


def test_a_second_factor_and_the_lock_after_wrong_passwords_are_on_unless_one_person_tries_alone(tmp_path):
    protections = "settings.SECOND_FACTOR, settings.AXES_ENABLED"

    assert setting(tmp_path, protections) == "True True"
    assert setting(tmp_path, protections, SINGLE_USER="1") == "False True"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DEBUG": "0"}, "SECRET_KEY is missing"),
        ({"ALLOWED_HOSTS": "tracker.example.org"}, "SECRET_KEY is missing"),
        ({"DEBUG": "0", "SECRET_KEY": STRONG}, "ALLOWED_HOSTS is missing"),
        ({"DEBUG": "0", "SECRET_KEY": "short"}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, "SECRET_KEY is weak"),
        ({"DEBUG": "perhaps"}, "DEBUG is malformed"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is malformed"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL names a database we do not know"),
        (PRODUCTION | {"SECURE_HSTS_SECONDS": "a year"}, "SECURE_HSTS_SECONDS is malformed"),
        (PRODUCTION | {"BEHIND_PROXY": "squid"}, "BEHIND_PROXY is malformed"),
        (PRODUCTION | {"SECURE_HSTS_SECONDS": "-1"}, "SECURE_HSTS_SECONDS is malformed"),
        (PRODUCTION | {"ALLOWED_HOSTS": "https://tracker.example.org"}, "ALLOWED_HOSTS is malformed"),
        ({"DATABASE_URL": POSTGRESQL, "DATABASE_POOL": "-4"}, "DATABASE_POOL is malformed"),
        ({"DATABASE_URL": POSTGRESQL, "DATABASE_REPLICA_URLS": "x"}, "DATABASE_REPLICA_URLS is malformed"),
        ({"DATABASE_REPLICA_URLS": POSTGRESQL}, "DATABASE_REPLICA_URLS goes with PostgreSQL"),
        ({"CACHE_URL": "localhost:6379"}, "CACHE_URL is malformed"),
        ({"CSRF_TRUSTED_ORIGINS": "https://a.example,b.example"}, "CSRF_TRUSTED_ORIGINS is malformed"),
        ({"DATA_LICENSE_URL": "CC BY 4.0"}, "DATA_LICENSE_URL is malformed"),
        ({"API_RATE": "many"}, "API_RATE is malformed"),
        ({"SINGLE_USER": "1", "HOST": "0.0.0.0"}, "SINGLE_USER is for a trial on this machine"),
        ({"LANGUAGES": "zh-hant,fr"}, "LANGUAGES names fr, which has no catalogue"),
        (PRODUCTION | {"SINGLE_USER": "1"}, "SINGLE_USER is for a trial on this machine"),
        ({"SECURITY_CONTACT": "security@example.org"}, "SECURITY_CONTACT is malformed"),
    ],
)
def test_what_is_wrong_stops_the_start_with_a_sentence(tmp_path, variables, named):
    run = manage(tmp_path, "check", **variables)

    assert run.returncode == 1
    assert run.stderr.startswith(named)
    assert run.stderr.count("\n") == 1


def test_what_is_wrong_is_an_exception_that_django_knows(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "API_RATE": "many"}
    run = subprocess.run(
        [sys.executable, "-c", "import tracker.settings"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert run.stderr.endswith(
        "django.core.exceptions.ImproperlyConfigured: API_RATE is malformed."
        " It should be a number of requests a minute, or 0 for any.\n"
    )


def test_the_documented_production_settings_pass_djangos_own_check(tmp_path):
    documented = (ROOT / "docs/settings.md").read_text().split("## Production")[1]
    variables = dict(re.findall(r"^([A-Z_]+)=(.+)$", documented, re.MULTILINE))

    run = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **variables)

    assert (run.returncode, run.stderr) == (0, "")


def test_every_variable_is_documented():
    code = (ROOT / "tracker/settings.py").read_text() + (
        ROOT / "incidents/management/commands/serve.py"
    ).read_text()
    read = set(re.findall(r'(?:read\(\s*"\w+",|environ\.get\()\s*"([A-Z_]+)"', code))

    documented = set(re.findall(r"^\| (.+?) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))

    assert read == {name for cell in documented for name in re.findall("`([A-Z_]+)`", cell)}


def test_sqlite_takes_the_write_lock_at_once(tmp_path):
    assert "IMMEDIATE" in setting(tmp_path, "settings.DATABASES['default']['OPTIONS']")


def test_a_socket_address_and_options_of_postgresql_are_understood(tmp_path):
    address, options = f"{POSTGRESQL}&connect_timeout=9", "settings.DATABASES['default']['OPTIONS']"

    found = setting(
        tmp_path, f"[{options}[name] for name in ('host', 'connect_timeout')]", DATABASE_URL=address
    )

    assert found == "['/run/postgresql', 9]"
