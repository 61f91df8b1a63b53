"""The pages of the desk about the own account: the second factor, sessions, and what is read by whom wrong passwords lock out."""

from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django_otp import login

from . import audit, second_factor, sessions
from .models.audit import Event

KEY = "second_factor_key"  # of the session: the key that the page shows, until the app has it


@never_cache
def second_factor_page(request):
    """Ask for a code, or have a second factor set up by whoever has none. Afterwards the desk is open."""
    if not admin.site.is_editor(request):
        return redirect("admin:login")
    if admin.site.has_permission(request):
        return HttpResponseRedirect(_next_url(request))
    user = request.user
    return _ask(request, user) if second_factor.is_set_up(user) else _set_up(request, user)


def _ask(request, user):
    error = ""
    if request.method == "POST":
        device, seconds = second_factor.verify(user, request.POST.get("code", ""))
        if device:
            login(request, device)
            is_code = isinstance(device, second_factor.TOTPDevice)
            audit.record(Event.CODE if is_code else Event.RECOVERY_CODE, about=user)
            return HttpResponseRedirect(_next_url(request))
        audit.record(Event.WRONG_CODE, about=user)
        error = ngettext(
            "This code is not valid. Wait %d second, then type the code that the app shows.",
            "This code is not valid. Wait %d seconds, then type the code that the app shows.",
            seconds,
        ) % max(seconds, 1)
    return _page(request, "code", _("Enter your code"), error=error)


def _set_up(request, user):
    key = request.session.setdefault(KEY, second_factor.new_key())
    offer, error = second_factor.Offer(user, key), ""
    if request.method == "POST":
        device, codes = offer.accept(request.POST.get("code", ""))
        if device:
            del request.session[KEY]
            login(request, device)
            audit.record(Event.SET_UP, about=user)
            return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes)
        error = _("This is not the code that the app shows for this key. Check the clock of your phone.")
    return _page(request, "set_up", _("Set up the second factor"), offer=offer, error=error)


def account_page(request):
    """The sessions of the user, each to be ended, and new recovery codes."""
    user, found = request.user, sessions.sessions_of(request.user)
    others = [session for session in found if session.key != request.session.session_key]
    if request.method == "POST":
        if "new_codes" in request.POST and second_factor.is_set_up(user):
            audit.record(Event.SET_UP, about=user)
            codes = second_factor.new_recovery_codes(user)
            return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes)
        number = request.POST.get("end")
        sessions.end([session for session in others if number in ("others", session.number)])
        audit.record(Event.SESSIONS_ENDED, about=user)
        messages.success(request, _("Whoever used it has to log in again."))
        return redirect("admin:account")
    context = {"sessions": found, "others": others, "codes_left": second_factor.recovery_codes_left(user)}
    return _page(request, "account", _("Your account"), has_app=second_factor.is_set_up(user), **context)


def locked(request, _response, credentials):
    """What is answered to a login after too many wrong passwords."""
    context = admin.site.each_context(request) | {"title": _("Too many wrong passwords")}
    return TemplateResponse(request, "admin/account/locked.html", context, status=429).render()


def _page(request, name, title, **context):
    context |= {"title": title, "next": _next_url(request)}
    return TemplateResponse(request, f"admin/account/{name}.html", admin.site.each_context(request) | context)


def _next_url(request):
    """Where somebody wanted to go before the desk asked for a code."""
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else reverse("admin:index")
