"""Every address of the tracker: the public site at the root, the desk under /admin/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("incidents.public.urls")),
]
