"""The sessions of those who have logged in: each can be seen and ended by its user."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.utils import timezone

STARTED, BROWSER = "started_at", "browser"
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")  # a later one names the earlier ones, too
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


@dataclass(frozen=True)
class LoginSession:
    """A session in which a user is logged in. `number` names it without giving away its key."""

    key: str
    started_at: datetime | None
    browser: str

    @property
    def number(self):
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]


def connect():
    """Note when and in which browser a session begins."""
    user_logged_in.connect(_begin)


def _begin(request, **kwargs):
    request.session.clear_expired()
    request.session[STARTED] = timezone.now().isoformat()
    request.session[BROWSER] = browser_name(request.headers.get("User-Agent", ""))


def browser_name(user_agent):
    """A browser and its system in a few words; empty if they say nothing of themselves that we know."""
    found = [
        next((word for word in words if re.search(word, user_agent)), "") for words in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(NAMES.get(word, word) for word in found if word)


def sessions_of(user):
    """The sessions in which this user is logged in, the latest first."""
    found = []
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        data = session.get_decoded()
        # A session from before the password was changed opens nothing any more.
        if (
            data.get(SESSION_KEY) == str(user.pk)
            and data.get(HASH_SESSION_KEY) == user.get_session_auth_hash()
        ):
            started = data.get(STARTED)
            found.append(
                LoginSession(session.pk, started and datetime.fromisoformat(started), data.get(BROWSER, ""))
            )
    return sorted(found, key=lambda session: str(session.started_at), reverse=True)


def end(sessions):
    """End these sessions: whoever is in one has to log in again."""
    Session.objects.filter(pk__in=[session.key for session in sessions]).delete()
