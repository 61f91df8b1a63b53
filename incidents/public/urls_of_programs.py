"""What crawlers and monitors ask for, at one address whatever the language."""

from django.urls import path

from . import discovery, health

urlpatterns = [
    path("sitemap.xml", discovery.site_map, name="site_map"),
    path("sitemap-<slug:part>.xml", discovery.site_map_part, name="site_map_part"),
    path("robots.txt", discovery.robots, name="robots"),
    path(".well-known/security.txt", discovery.security, name="security"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
