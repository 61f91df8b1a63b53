"""Pages made to stand within a page of another site, which no other page of ours may."""

from csp.decorators import csp_replace
from django.views.decorators.clickjacking import xframe_options_exempt

EMBED = "/embed/"  # ends the addresses of such pages


class EmbeddingMiddleware:
    """Lets other sites frame the pages that are made for it. It comes after the middleware that forbids that, and before what
    sends cached answers."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.framed = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(get_response))

    def __call__(self, request):
        return (self.framed if request.path.endswith(EMBED) else self.get_response)(request)
