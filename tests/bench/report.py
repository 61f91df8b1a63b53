"""Writes docs/benchmarks.md and its plot from the figures of a run; `python -m tests.bench.report` rewrites them."""

import json
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE, PLOT = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks-growth.svg"
TRIED = "## What was tried and did not help\n"
# The longest a cold answer may take, as a multiple of the bare view.
GOALS = {
    "first page": 12,
    "filtered": 12,
    "deep page": 12,
    "incident page": 8,
    "JSON page of 100": 12,
    "feed": 12,
}
SEARCH = 15
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HANDS = {"house": "our own data", "foreign": "data from another hand"}
RANGE = 206  # the status of a part of a file


def write(results):
    """Print the figures and write the page."""
    tables = "\n".join(_run(name, run) for name, run in results["runs"].items())
    growth = _growth(results["runs"])
    sys.stdout.write(f"{tables}\n{growth}\n")
    tried = PAGE.read_text().partition(TRIED)[2] if PAGE.exists() else ""
    machine = results["machine"]
    PAGE.write_text(f"""# Benchmarks

Measured on {machine["on"]} on a machine with {machine["cores"]} cores and {machine["memory"]} GB of memory, with Python
{machine["python"]} and SQLite {machine["sqlite"]}: two worker processes, production settings, three languages, and the
client on the same machine. As much of each database as fits had been read into memory before. Times depend on the
machine and on what else it is doing; look at the ratios.

**One reader.** One connection asks; the cases take turns, {machine["rounds"]} rounds, each next to a bare view that returns as
many bytes from the same server. *Cold* is a question that nobody asked before, *warm* one that was just asked, *304* one
whose answer the client already has. No question comes twice, and no word is searched for twice: the words are taken from
the texts, and so are the first letters, the pairs of words and the pairs of Chinese characters. The ratio of a cold
answer is its median divided by that of the bare view: how many times longer it takes. The ratio of a warm one is the
median of the bare view divided by its own: 1 is as fast as a view that does nothing. *Processor* is what the workers
compute for a cold answer, and its ratio to what they compute for the bare view; it hardly depends on what else the
machine does. On PostgreSQL, the database's own work is not in it.

**Many readers.** Each has one connection and always one request under way, without a pause: 80 % for one of 40 addresses
that were asked for before, 20 % for something new. Counted are full answers; *busy* is the share that were asked to come
again (503), after which a reader here goes on at once.

**Files of everything** are made while they are sent; then all are prepared beside the requests and sent once more, whole
and from the middle on (`Range`). Beside them, the database's own copy command writes all actions as CSV.

Our own data: {_described("house")} Data from another hand: {_described("foreign")}

To repeat the measurements: `make bench`, or `make bench SIZES="10000 100000 1000000" ENGINES=postgresql HANDS=foreign`.
A run that is broken off goes on where it was. Data are made by the code that is measured, the same each time
(`make bench-data N=100000` puts our own into the database of `DATABASE_URL`). `python -m tests.bench.report` rewrites this
page from `var/bench/results.json`.

{tables}
{growth}
![Cold answers by number of incidents](benchmarks-growth.svg)

{TRIED}{tried}""")
    PLOT.write_text(_plot(results["runs"]))


def _described(hand):
    return {
        "house": "all models, 93 % published, 2 actions and 2 statements each on average, texts of 120 words, Zipf-distributed"
        " words, platforms and holders, 5 % of the incidents in Chinese.",
        "foreign": "one action each, longer words, texts of 130 words with two sentences in Chinese and a word of their own, 1"
        " to 3 statements, sources that no other incident has, and a holder for every account.",
    }[hand]


def _run(name, run):
    hand, engine, size = name.split()
    return "\n".join(
        [
            f"## {ENGINES[engine]}, {int(size):,} incidents, {HANDS[hand]}\n",
            *_cases(run),
            "",
            *_load(run["load"]),
            "",
            *_languages(run["languages"]),
            "",
            *_files(run["files"], run["copy"]),
            "",
            f"The index took {run['index']['seconds'] * 1000 / int(size):.1f} ms an incident"
            f" ({run['index']['processor'] * 1000 / int(size):.1f} ms of processor) and {run['index']['memory']:.0f} MB"
            f" of memory. This run took {run['seconds'] / 60:.0f} minutes.\n",
        ]
    )


def _cases(run):
    yield "| case | bytes | cold p50 | p95 | p99 | ratio | goal | processor | ratio | warm p50 | ratio | 304 p50 | ratio |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for case, found in run["cases"].items():
        bare, cold, warm, known = (found[kind] for kind in ("bare", "cold", "warm", "known"))
        used, bare_used = found["processor"]["p50"], found["bare_processor"]["p50"]
        goal = GOALS.get(case, SEARCH)
        yield (
            f"| {case} | {found['bytes']:,} | {cold['p50']:.1f} ms | {cold['p95']:.1f} | {cold['p99']:.1f} |"
            f" {cold['p50'] / bare['p50']:.1f} | ≤ {goal} | {used:.1f} ms | {used / bare_used:.1f} | {warm['p50']:.2f} ms |"
            f" {bare['p50'] / warm['p50']:.2f} | {known['p50']:.2f} ms | {bare['p50'] / known['p50']:.2f} |"
        )
    yield (
        f"\nThe rows of the first page by raw SQL alone: {run['raw']['p50']:.1f} ms. Memory of the workers, idle:"
        f" {_megabytes(run['idle'])} (proportional set size); afterwards: {_megabytes(run['after'])}."
    )


def _load(load):
    yield "| readers at once | answers a second | p50 | p99 | busy | failed | memory |"
    yield "|---|---|---|---|---|---|---|"
    for clients, found in load.items():
        yield (
            f"| {clients} | {found['rate']:.0f} | {found['p50']:.0f} ms | {found['p99']:.0f} ms | {found['busy']:.0%} |"
            f" {found['failed']} | {_megabytes(found['memory'])} |"
        )


def _languages(languages):
    yield "| English page, cold | one language | three languages | ratio |"
    yield "|---|---|---|---|"
    for case, found in languages.items():
        yield f"| {case} | {found['1']:.1f} ms | {found['3']:.1f} ms | {found['3'] / found['1']:.2f} |"
    yield "\nMilliseconds of processor."


def _files(files, copy):
    actions, best = copy["rows"], copy["rows"] / copy["seconds"]
    yield f"All data as a file. The database's own copy command writes {best:,.0f} actions a second as CSV.\n"
    yield "| file | MB | seconds | actions/s | times the copy | first byte | memory |"
    yield "|---|---|---|---|---|---|---|"
    for name, ways in files.items():
        for way, found in ways.items():
            if found["status"] not in (200, RANGE):
                yield f"| {name}, {way} | status {found['status']} | | | | | |"
                continue
            share = 0.5 if way == "half" else 1
            rate = share * actions / found["seconds"]
            called = {"made": "made", "prepared": "prepared", "half": "the last half of it"}[way]
            yield (
                f"| {name}, {called} | {found['bytes'] / 1e6:.1f} | {found['seconds']:.2f} | {rate:,.0f} |"
                f" {rate / best:.2f} | {found['first'] * 1000:.0f} ms | +{max(0, found['memory']):.0f} MB |"
            )


def _megabytes(workers):
    return f"{' and '.join(f'{each:.0f}' for each in workers)} MB"


def _growth(runs):
    lines = []
    for hand, engine in product(HANDS, ENGINES):
        sizes = _sizes(runs, hand, engine)
        if len(sizes) < 2:
            continue
        cases = [runs[f"{hand} {engine} {size}"]["cases"] for size in sizes]
        lines += [
            f"## Growth, {ENGINES[engine]}, {HANDS[hand]}\n",
            f"| case | {' | '.join(f'{size:,}' for size in sizes)} | growth |",
            f"|---|{'---|' * len(sizes)}---|",
        ]
        for case in cases[0]:
            times = [found[case]["cold"]["p50"] for found in cases]
            shown = " | ".join(f"{each:.1f} ms" for each in times)
            lines.append(f"| {case} | {shown} | {times[-1] / times[0]:.1f} |")
        lines.append("")
    return "\n".join(lines)


def _sizes(runs, hand, engine):
    return sorted(int(size) for each, on, size in map(str.split, runs) if (each, on) == (hand, engine))


def _plot(runs):
    """The cold medians of each case by size, a panel for each engine, of data from another hand if there are."""
    width, height, left, top = 760, 300, 60, 30
    hand = "foreign" if any(name.startswith("foreign") for name in runs) else "house"
    engines = [engine for engine in ENGINES if _sizes(runs, hand, engine)]
    most = max(found["cold"]["p50"] for run in runs.values() for found in run["cases"].values())
    panel, parts = (width - left) // max(len(engines), 1), []
    for number, engine in enumerate(engines):
        sizes = _sizes(runs, hand, engine)
        begin = left + number * panel
        parts.append(
            f'<text x="{begin}" y="18" class="title">{ENGINES[engine]}, {HANDS[hand]}, cold median in ms</text>'
        )
        step = (panel - 150) / max(len(sizes) - 1, 1)
        for place, size in enumerate(sizes):
            parts.append(f'<text x="{begin + place * step:.0f}" y="{height + top + 18}">{size:,}</text>')
        cases, ends = runs[f"{hand} {engine} {sizes[0]}"]["cases"], []
        for row, case in enumerate(cases):
            points = [
                (begin + place * step, top + height * (1 - run["cases"][case]["cold"]["p50"] / most))
                for place, size in enumerate(sizes)
                if case in (run := runs[f"{hand} {engine} {size}"])["cases"]
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
