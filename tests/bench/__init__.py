"""The benchmark: `make bench-data` fills a database with invented incidents, `make bench` measures the server with it."""
