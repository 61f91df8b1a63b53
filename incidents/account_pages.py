"""The pages of the desk about the own account: the second factor, and what somebody reads whose account is locked."""

from django.contrib import admin
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

from . import second_factor

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
            return HttpResponseRedirect(_next_url(request))
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
            return _page(request, "recovery_codes", _("Your recovery codes"), codes=codes)
        error = _("This is not the code that the app shows for this key. Check the clock of your phone.")
    return _page(request, "set_up", _("Set up the second factor"), offer=offer, error=error)


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
