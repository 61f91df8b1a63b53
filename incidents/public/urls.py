"""The public addresses, relied on by others."""

from django.urls import path

from . import api, charts, discovery, downloads, feeds, health, listings, views

urlpatterns = [
    path("", views.home, name="home"),
    path("incidents/", listings.incident_list, name="incident_list"),
    path("incidents.atom", feeds.incident_feed, name="incident_feed"),
    path("incidents.<str:suffix>", downloads.incident_download, name="incident_download"),
    path("incidents/<slug:ref>.atom", feeds.history_feed, name="history_feed"),
    path("incidents/<slug:ref>.<str:suffix>", downloads.incident_file, name="incident_file"),
    path("incidents/<slug:ref>/", views.incident, name="incident"),
    path("incidents/<slug:ref>/sources.<str:suffix>", downloads.sources_file, name="sources_file"),
    path("incidents/<slug:ref>/revisions/<int:number>/", views.revision, name="revision"),
    path("charts/", charts.charts, name="charts"),
    path("charts/<slug:name>.<str:suffix>", charts.chart_file, name="chart_file"),
    path("changes/", views.changes, name="changes"),
    path("changes.atom", feeds.change_feed, name="change_feed"),
    path("data/", downloads.data, name="data"),
    path("platforms/", listings.platform_list, name="platform_list"),
    path("platforms/<slug:slug>/", listings.platform, name="platform"),
    path("accounts/<slug:slug>/", listings.account, name="account"),
    path("parties/<slug:slug>/", listings.party, name="party"),
    path("topics/", listings.topic_list, name="topic_list"),
    path("topics/<slug:slug>/", listings.topic, name="topic"),
    path("about/", views.about, name="about"),
    path("sitemap.xml", discovery.site_map, name="site_map"),
    path("sitemap-<slug:part>.xml", discovery.site_map_part, name="site_map_part"),
    path("robots.txt", discovery.robots, name="robots"),
    path("opensearch.xml", discovery.open_search, name="open_search"),
    path(".well-known/security.txt", discovery.security, name="security"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.manual, name="api"),
    path("api/v1/openapi.json", api.description, name="openapi"),
    path("api/v1/incidents/", api.incidents, name="api_incidents"),
    path("api/v1/incidents/<slug:ref>/", api.incident, name="api_incident"),
    path("api/v1/vocabularies/", api.vocabularies, name="api_vocabularies"),
    *(path(f"api/v1/{name}/", api.record_list, {"name": name}) for name in api.RECORD_LISTS),
    *(path(f"api/v1/{name}/", api.registry, {"name": name}) for name in api.REGISTRIES),
    path("api/v1/<path:rest>/", api.not_found),
]
