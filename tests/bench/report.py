"""Writes docs/benchmarks.md and its plot from the figures of a run; `python -m tests.bench.report` rewrites them."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE, PLOT = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks-growth.svg"
TRIED = "## What was tried and did not help\n"
# The longest a cold response may take at 100,000 incidents, as a multiple of the bare view.
TARGETS = {"first page": 12, "filtered": 15, "deep page": 12, "incident page": 8, "JSON page of 100": 10}
SEARCH = 15
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def write(results):
    """Print the figures and write the page."""
    tables = "\n".join(_run(name, run) for name, run in results["runs"].items())
    growth = _growth(results["runs"])
    sys.stdout.write(f"{tables}\n{growth}\n")
    tried = PAGE.read_text().partition(TRIED)[2] if PAGE.exists() else ""
    machine = results["machine"]
    PAGE.write_text(f"""# Benchmarks

Measured on {machine["on"]} on a machine with {machine["cores"]} cores and {machine["memory"]} GB of memory, with Python
{machine["python"]} and SQLite {machine["sqlite"]}: two worker processes with four threads each, production settings, and one
client on the same machine with one connection. As much of each database as fits had been read into memory before. The
cases take turns, {machine["rounds"]} rounds, each next to a bare view that returns as many bytes from the same server. Files
are written one after another in a separate run, next to the database's own copy command. Times depend on the machine and
on what else it is doing; look at the ratios.

*Cold* is a URL that was never requested before, *warm* one that was just requested, *304* one that the client already has.
The ratio of a cold response is its median divided by that of the bare view: how many times longer it takes. The ratio of
a warm response is the median of the bare view divided by its own: 1 is as fast as a view that does nothing.

To repeat the measurements: `make bench`, or `make bench SIZES="10000 100000 1000000" ENGINES=postgresql`. The data are
generated and the same each time (`make bench-data N=100000` puts them into the database of `DATABASE_URL`; a million
incidents take about an hour): all models, 93 % published, 2 actions and 2 statements each on average, texts of 120 words,
Zipf-distributed words, platforms and holders, 5 % in Chinese. `python -m tests.bench.report` rewrites this page from
`var/bench/results.json`.

{tables}
{growth}
![Cold responses by number of incidents](benchmarks-growth.svg)

{TRIED}{tried}""")
    PLOT.write_text(_plot(results["runs"]))


def _run(name, run):
    engine, size = name.split()
    lines = [
        f"## {ENGINES[engine]}, {int(size):,} incidents\n",
        "| case | bytes | cold p50 | p95 | p99 | ratio | target | warm p50 | ratio | 304 p50 | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case, found in run["cases"].items():
        bare, cold, warm, known = (found[kind] for kind in ("bare", "cold", "warm", "known"))
        target = TARGETS.get(case, SEARCH if case.startswith("search") else None)
        lines.append(
            f"| {case} | {found['bytes']:,} | {cold['p50']:.1f} ms | {cold['p95']:.1f} | {cold['p99']:.1f} |"
            f" {cold['p50'] / bare['p50']:.1f} | {f'≤ {target}' if target else ''} | {warm['p50']:.2f} ms |"
            f" {bare['p50'] / warm['p50']:.2f} | {known['p50']:.2f} ms | {bare['p50'] / known['p50']:.2f} |"
        )
    lines.append(
        f"\nThe rows of the first page by raw SQL alone: {run['raw']['p50']:.1f} ms. Memory of the workers, idle:"
        f" {' and '.join(f'{each:.0f}' for each in run['idle'])} MB (proportional set size); afterwards:"
        f" {' and '.join(f'{each:.0f}' for each in run['after'])} MB."
    )
    if run["missing"]:
        lines.append(f"Missing: {', '.join(run['missing'])}.")
    files, copy = run.get("files", {}), run["copy"]
    best = copy["rows"] / copy["seconds"]
    lines += [
        f"\nAll data as a file. The database's own copy command writes {best:,.0f} actions a second as CSV.\n",
        "| file | MB | seconds | actions/s | times the copy | first byte | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    actions = copy["rows"]
    for file, found in files.items():
        if found:
            rate = actions / found["seconds"]
            lines.append(
                f"| {file} | {found['bytes'] / 1e6:.0f} | {found['seconds']:.1f} | {rate:,.0f} | {rate / best:.2f} |"
                f" {found['first'] * 1000:.0f} ms | +{found['memory']:.0f} MB |"
            )
    return "\n".join(lines) + "\n"


def _growth(runs):
    lines = []
    for engine, called in ENGINES.items():
        sizes = sorted(int(name.split()[1]) for name in runs if name.startswith(engine))
        if len(sizes) < 2:
            continue
        first, last = (runs[f"{engine} {size}"]["cases"] for size in (sizes[0], sizes[-1]))
        lines += [
            f"## Growth, {called}\n",
            f"| case | {' | '.join(f'{size:,}' for size in sizes)} | growth |",
            f"|---|{'---|' * len(sizes)}---|",
        ]
        for case in first:
            if case not in last:
                continue
            times = [
                runs[f"{engine} {size}"]["cases"].get(case, {}).get("cold", {}).get("p50") for size in sizes
            ]
            shown = " | ".join(f"{each:.1f} ms" if each else "" for each in times)
            lines.append(f"| {case} | {shown} | {times[-1] / times[0]:.1f} |")
        lines.append("")
    return "\n".join(lines)


def _plot(runs):
    """The cold medians of each case by size, a panel for each engine."""
    width, height, left, top = 760, 300, 60, 30
    engines = [engine for engine in ENGINES if any(name.startswith(engine) for name in runs)]
    most = max(found["cold"]["p50"] for run in runs.values() for found in run["cases"].values())
    panel, parts = (width - left) // max(len(engines), 1), []
    for number, engine in enumerate(engines):
        sizes = sorted(int(name.split()[1]) for name in runs if name.startswith(engine))
        begin = left + number * panel
        parts.append(f'<text x="{begin}" y="18" class="title">{ENGINES[engine]}, cold median in ms</text>')
        step = (panel - 150) / max(len(sizes) - 1, 1)
        for place, size in enumerate(sizes):
            parts.append(f'<text x="{begin + place * step:.0f}" y="{height + top + 18}">{size:,}</text>')
        cases, ends = runs[f"{engine} {sizes[0]}"]["cases"], []
        for row, case in enumerate(cases):
            points = [
                (begin + place * step, top + height * (1 - run["cases"][case]["cold"]["p50"] / most))
                for place, size in enumerate(sizes)
                if case in (run := runs[f"{engine} {size}"])["cases"]
            ]
            line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
            parts.append(f'<polyline points="{line}" class="c{row % 6}"><title>{case}</title></polyline>')
            ends.append((points[-1][1] + 4, points[-1][0] + 6, case))
        lowest = 0
        for y, x, case in sorted(ends):
            lowest = max(y, lowest + 12)  # names below one another where lines end together
            parts.append(f'<text x="{x:.0f}" y="{lowest:.0f}">{case}</text>')
    for share in (0, 0.5, 1):
        parts.append(f'<text x="4" y="{top + height * (1 - share) + 4:.0f}">{most * share:.0f}</text>')
    colours = ("#7a1f2b", "#1f5a7a", "#4a7a1f", "#7a5a1f", "#5a1f7a", "#1f7a6a")
    style = "".join(f".c{n}{{stroke:{colour}}}" for n, colour in enumerate(colours))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + top + 30}" role="img"'
        ' aria-label="Cold medians by number of incidents">'
        f"<style>text{{font:11px sans-serif;fill:#666}}.title{{font-weight:bold}}polyline{{fill:none;stroke-width:1.5}}{style}</style>"
        f"{''.join(parts)}</svg>\n"
    )


if __name__ == "__main__":
    write(json.loads((ROOT / "var" / "bench" / "results.json").read_text()))
