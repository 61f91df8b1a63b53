"""Where a request comes from, for what is limited by address. No address is stored for readers."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_NETWORK = 64  # a home or an office has all addresses of such a network


def client_address(request: HttpRequest) -> str | None:
    """The address that a request comes from; behind a proxy, the one that the proxy was asked from, which it appends."""
    address = request.META.get("REMOTE_ADDR")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return address


def network_address(request: HttpRequest) -> str | None:
    """The same, but one for all addresses of IPv6 that somebody has at once; nothing if it is no address."""
    try:
        address = ip_address((client_address(request) or "").partition("%")[0])
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    return str(ip_network((address, IPV6_NETWORK), strict=False).network_address)
