"""Every address of the tracker: the public site at the root, the desk under /admin/, both also under the prefix of each language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

handler500 = "incidents.public.views.server_error"
urlpatterns = [
    path("", include("incidents.public.urls_of_programs")),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include("incidents.public.urls")),
        prefix_default_language=False,
    ),
]
