"""All settings, read from the environment; docs/settings.md lists every variable.

Three situations. Nothing set: this copy serves only this machine, with a secret of its own under `var/`.
DEBUG=1: the same, with Django's error pages. ALLOWED_HOSTS set, or DEBUG=0: production, where a missing or
weak secret stops the start. A malformed value raises ImproperlyConfigured with one sentence.
"""

import os
import re
import secrets
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_locale
from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def read(kind, name, default, *, expected, pattern=""):
    """A variable of the environment as `kind`: bool, int, str, list, …

    Raises ImproperlyConfigured, saying what is `expected`, if the value is of another kind or does not begin with
    `pattern`, a regular expression; in a list, each item must.
    """
    malformed = ImproperlyConfigured(f"{name} is malformed. It should be {expected}.")
    try:
        value = getattr(env, kind)(name, default)
    except (EnvError, ValueError) as error:
        raise malformed from error
    items = value if kind == "list" else [value]
    if value != default and not all(re.match(pattern, str(item)) for item in items):
        raise malformed
    return value


def gettext_noop(message):
    """The same text, which the catalogues have. Django's own function reads the settings, which are not there yet."""
    return message


def local_secret(path):
    """The secret of a copy that serves only this machine, made on first use."""
    if not path.exists():
        # Linked when it is whole: of two processes that start at once, both read what one has written.
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as file, suppress(FileExistsError):
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.link(file.name, path)
    return path.read_text()


TESTING = "pytest" in sys.modules
DEBUG = read("bool", "DEBUG", None, expected="1 or 0")
HOST = read("str", "HOST", "127.0.0.1", expected="an address to listen on")
ALLOWED_HOSTS = read(
    "list", "ALLOWED_HOSTS", [], expected="host names with commas between", pattern=r"[^/\s]+$"
)
PRODUCTION = bool(ALLOWED_HOSTS) or DEBUG is False
DEBUG = bool(DEBUG)
DATA_DIR = Path(read("str", "DATA_DIR", str(BASE_DIR / "var"), expected="a folder"))
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    LOCAL_SECRET = "" if PRODUCTION or os.environ.get("SECRET_KEY") else local_secret(DATA_DIR / "secret_key")
except OSError as error:
    raise ImproperlyConfigured(f"DATA_DIR: {error.filename} cannot be written: {error.strerror}.") from error

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# One person alone tries the tracker on this machine: they may publish what they wrote, and need no second factor.
SINGLE_USER = read("bool", "SINGLE_USER", False, expected="1 or 0")
if SINGLE_USER and (PRODUCTION or HOST not in LOOPBACK):
    raise ImproperlyConfigured("SINGLE_USER is for a trial on this machine. Unset it in production.")

SECRET_KEY = read("str", "SECRET_KEY", "", expected="a text")
if not SECRET_KEY and PRODUCTION:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing. Set it to 50 or more random characters and keep it to yourself."
    )
SECRET_KEY = SECRET_KEY or LOCAL_SECRET
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    raise ImproperlyConfigured("SECRET_KEY is weak. Set it to 50 or more random characters.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is missing. Set it to the names under which readers reach the tracker."
    )
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", HOST]

SITE_NAME = read("str", "SITE_NAME", gettext_noop("Suspension tracker"), expected="a text")

INSTALLED_APPS = [
    "incidents",
    "tracker.apps.EditingDeskConfig",  # Django's admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for the renderer below
    "django_filters",
    "django_countries",
    "simple_history",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

# Public pages touch no session and set no cookie, so any cache may keep them. The language is known
# before anything can go wrong; what sets headers of security is next, so that errors of the others and static files have them.
MIDDLEWARE = [
    "incidents.languages.LanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "incidents.public.embedding.EmbeddingMiddleware",
    "incidents.public.programs.ProgramsMiddleware",
    "incidents.public.overload.OverloadMiddleware",
    "incidents.public.caching.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # What the operator puts first replaces a template of the same name.
        "DIRS": [DATA_DIR / "templates", BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "incidents.public.views.site",
            ]
        },
    }
]

# Widgets are made from these templates, too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: SQLite under DATA_DIR, or whatever DATABASE_URL names.
database = read(
    "dj_db_url",
    "DATABASE_URL",
    f"sqlite:///{DATA_DIR / 'tracker.sqlite3'}",
    expected="an address such as postgres://user:password@host/name",
)
if database["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while somebody writes; IMMEDIATE takes the write lock at once, so that no
    # transaction fails half-way because another one was faster.
    database.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    )
elif database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL names a database we do not know. Use postgres:// or sqlite:///.")
DATABASES = {"default": database}
# Public pages are read from replicas, where there are some.
replica_urls = read("list", "DATABASE_REPLICA_URLS", [], expected="addresses with commas between")
if replica_urls and database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_REPLICA_URLS goes with PostgreSQL. Name its primary in DATABASE_URL."
    )
for number, url in enumerate(replica_urls, start=1):
    try:
        DATABASES[f"replica{number}"] = dj_database_url.parse(url) | {"TEST": {"MIRROR": "default"}}
    except ValueError as error:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URLS is malformed. It should be postgres:// addresses with commas between."
        ) from error
DATABASE_POOL = read("int", "DATABASE_POOL", 0, expected="a number of connections", pattern=r"\d")
POOL = {"min_size": 1, "timeout": 10}
for found in DATABASES.values():
    if DATABASE_POOL and found["ENGINE"] == "django.db.backends.postgresql":
        # Shared by the threads of a process; a connection goes back after each request.
        found["OPTIONS"] = found.get("OPTIONS", {}) | {"pool": POOL | {"max_size": DATABASE_POOL}}
        found["CONN_HEALTH_CHECKS"] = True
    else:
        found["CONN_MAX_AGE"] = 600
        found["CONN_HEALTH_CHECKS"] = True
    if found["ENGINE"] == "django.db.backends.postgresql":
        found["OPTIONS"] = {"connect_timeout": 3} | found.get("OPTIONS", {})
DATABASE_ROUTERS = ["incidents.index.routers.Router"]
# Answers are kept in the memory of each process, or in the Redis that CACHE_URL names.
CACHE_URL = read(
    "str", "CACHE_URL", "", expected="an address such as redis://host:6379/0", pattern="(rediss?|unix)://"
)


def cache(name, **options):
    """A cache of this name, in Redis or in the memory of each process."""
    if CACHE_URL:
        backend = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": CACHE_URL}
        # If the cache is away, pages are still served, and without delay.
        options = {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1}
    else:
        backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    return backend | {"KEY_PREFIX": name, "TIMEOUT": 86_400, "OPTIONS": options}


CACHES = {"default": cache("default", MAX_ENTRIES=20_000), "pages": cache("pages", MAX_ENTRIES=100)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
SECOND_FACTOR = not (SINGLE_USER or TESTING)
OTP_TOTP_ISSUER = SITE_NAME
# Five wrong passwords in a row lock an account for the address they come from. Of an attempt, only these two are kept, and
# until the lock has run out: no search words, which the page after the login may have.
AXES_ENABLED = not TESTING
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "incidents.clients.network_address"
AXES_LOCKOUT_CALLABLE = "incidents.account_pages.locked"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "next", "csrfmiddlewaretoken"]
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# Of the interface; each has its catalogue under locale/. English has none, and no prefix in its addresses.
LANGUAGE_CODE = "en"
codes = read(
    "list",
    "LANGUAGES",
    ["zh-hant", "zh-hans"],
    expected="codes of languages that have a catalogue, such as zh-hant,zh-hans, with commas between",
)
LOCALE_PATHS = [BASE_DIR / "locale"]
for code in codes:
    if code not in LANG_INFO or not (LOCALE_PATHS[0] / to_locale(code)).is_dir():
        raise ImproperlyConfigured(f"LANGUAGES names {code}, which has no catalogue under locale/.")
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in dict.fromkeys([LANGUAGE_CODE, *codes])]
# With one language there is nothing to look up; to look all the same takes a sixth of the time of a page.
USE_I18N = len(LANGUAGES) > 1
FORMAT_MODULE_PATH = "tracker.formats"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
if not (DEBUG or TESTING):
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Nothing from elsewhere, nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the whole story is one form; a long one has thousands of boxes
# Other sites learn nothing. `no-referrer` would hide the origin of our own forms from Django, too.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = read(
    "list",
    "CSRF_TRUSTED_ORIGINS",
    [],
    expected="addresses such as https://example.org with commas between",
    pattern="https?://",
)
BEHIND_PROXY = read("bool", "BEHIND_PROXY", False, expected="1 or 0")
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = read("bool", "SECURE_SSL_REDIRECT", True, expected="1 or 0")
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^metrics$"]  # asked by programs on this machine
    SECURE_HSTS_SECONDS = read(
        "int", "SECURE_HSTS_SECONDS", 31_536_000, expected="a number of seconds", pattern=r"\d"
    )
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Errors go to the standard error stream, without the request: what somebody typed or looked for is not
# written down, nor is a row of a record.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "tracker.logs.DiscreetFormatter"}},
    "filters": {"failures": {"()": "tracker.logs.FailureFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR", "filters": ["failures"]},
        "django.security": {"level": "CRITICAL"},
        "axes": {"level": "CRITICAL"},
    },
}

# Of what the server logs itself, these parts of its own configuration are replaced.
SERVER_LOGGING = {
    "formatters": {
        name: {"()": "tracker.logs.ServerFormatter", "fmt": "[%(levelname)s] %(message)s"}
        for name in ("generic", "access")
    }
}

# What links, feeds and identifiers say, whatever name a reader has come by.
SITE_URL = read(
    "str",
    "SITE_URL",
    f"{'https' if SECURE_SSL_REDIRECT else 'http'}://{ALLOWED_HOSTS[0]}"
    if PRODUCTION and ALLOWED_HOSTS[0][0] not in "*."
    else "",
    expected="an address such as https://example.org",
    pattern=r"https?://[^/\s]+$",
)
ALLOWED_HOSTS += [re.sub(r":\d+$", "", SITE_URL.partition("://")[2])] if SITE_URL else []
# Begins the identifiers in feeds, which readers' programs keep: it stays when the address changes.
TAG_AUTHORITY = read(
    "str",
    "TAG_AUTHORITY",
    f"{re.sub(r':[0-9]+$', '', SITE_URL.partition('://')[2])},2020" if SITE_URL else "",
    expected="a name of yours and a year in which it was yours, such as example.org,2026",
    pattern=r"[A-Za-z0-9][A-Za-z0-9.@-]*,\d{4}(-\d\d){0,2}$",
)
AUTHOR = read("str", "AUTHOR", SITE_NAME, expected="a name")
DATA_LICENSE = read("str", "DATA_LICENSE", "CC BY 4.0", expected="the short name of a licence")
DATA_LICENSE_URL = read(
    "str",
    "DATA_LICENSE_URL",
    "https://creativecommons.org/licenses/by/4.0/",
    expected="an address such as https://example.org/licence",
    pattern="https?://",
)
API_RATE = read("int", "API_RATE", 600, expected="a number of requests a minute, or 0 for any", pattern=r"\d")
DOWNLOADS = read("int", "DOWNLOADS", 8, expected="a number of files", pattern=r"[1-9]")
METRICS = read("bool", "METRICS", False, expected="1 or 0")
# Who runs the site. What is not set is said not to be known.
OPERATOR = read("str", "OPERATOR", "", expected="a name and an address").replace("\\n", "\n")
CONTACT = read(
    "str",
    "CONTACT",
    "",
    expected="an address such as mailto:editors@example.org",
    pattern="(mailto:|https://).",
)
PRIVACY_NOTE = read("str", "PRIVACY_NOTE", "", expected="a text").replace("\\n", "\n")
SECURITY_CONTACT = read(
    "str",
    "SECURITY_CONTACT",
    "",
    expected="an address such as mailto:security@example.org",
    pattern="(mailto:|tel:|https://).",
)
