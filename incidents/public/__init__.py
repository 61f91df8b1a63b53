"""The public doors: pages, files, feeds and the API. A door loads public records, checks the request, and renders."""
