"""The public addresses, relied on by others."""

urlpatterns = []
