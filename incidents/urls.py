"""The public addresses, relied on by others."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("incidents/", views.incident_list, name="incident_list"),
    path("incidents.<str:suffix>", views.incident_download, name="incident_download"),
    path("incidents/<slug:ref>.<str:suffix>", views.incident_file, name="incident_file"),
    path("incidents/<slug:ref>/", views.incident, name="incident"),
    path("platforms/", views.platform_list, name="platform_list"),
    path("platforms/<slug:slug>/", views.platform, name="platform"),
    path("accounts/<slug:slug>/", views.account, name="account"),
    path("parties/<slug:slug>/", views.party, name="party"),
    path("about/", views.about, name="about"),
]
