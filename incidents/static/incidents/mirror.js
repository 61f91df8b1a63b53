/* The search of a mirror. The files that follow this one on its page call `begin` once and `add` for each incident; then
   what the address asks is looked for, by the rules of the site, as far as they need no server. */
"use strict";

const mirror = {
  incidents: [],
  begin([facets, [characters, folded]]) {
    this.facets = facets;
    const all = Array.from(folded);
    this.folding = new Map(Array.from(characters, (character, n) => [character, all[n]]));
  },
  add([ref, title, line, day, names, values, actions]) {
    const ofActions = actions.map(([own, first, last]) => ({ values: new Set(own), first, last }));
    this.incidents.push({ ref, title, line, day, names, values: new Set(values), actions: ofActions });
  },
};

const ROWS = 50;
const PLACES = ["after", "before"];

function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");
  return Array.from(plain, (character) => mirror.folding.get(character) || character).join("");
}

/* What is asked: values of facets, words, and days. */
function read(query) {
  const asked = { facets: new Map(), without: [], words: [], notWords: [], all: new Set(), from: "", to: "", sort: "" };
  const unknown = [];
  const take = (name, value) => {
    if (value.startsWith("-")) {
      asked.without.push(`${name}=${value.slice(1)}`);
    } else {
      asked.facets.set(name, [...(asked.facets.get(name) || []), value]);
    }
  };
  for (const [name, given] of new URLSearchParams(query)) {
    const value = given.trim();
    if (!value || PLACES.includes(name)) continue;
    if (name in mirror.facets) take(name, value);
    else if (name === "all") asked.all.add(value);
    else if (name === "at") asked.to = value;
    else if (["from", "to", "sort"].includes(name)) asked[name] = value;
    else if (name === "q") {
      for (const [word] of value.matchAll(/-?"[^"]*"|\S+/g)) {
        const [facet, typed] = word.split(/:(.*)/);
        if (typed && facet in mirror.facets) take(facet, typed);
        else if (word.startsWith("-")) asked.notWords.push(fold(word.slice(1).replace(/"/g, "")));
        else asked.words.push(fold(word.replace(/"|\*$/g, "")));
      }
    } else unknown.push(name);
  }
  return [asked, unknown];
}

/* Whether an action may have begun on the days asked for. An open side of a date is empty. */
function mayHaveBegun(action, { from, to }) {
  if (!from && !to) return true;
  const isDated = action.first !== undefined;
  if (from === "none") return !isDated;
  return isDated && (!from || !action.last || action.last >= from)
    && (!to || !action.first || action.first.slice(0, to.length) <= to);
}

function has(values, name, wanted) {
  return wanted.some((value) => values.has(`${name}=${value}`));
}

function matcher(asked) {
  const ofIncident = [], ofAction = new Map();
  const isKindAsked = asked.facets.has("kind") || asked.without.some((term) => term.startsWith("kind="));
  for (const [name, values] of asked.facets) {
    if (mirror.facets[name][1]) ofAction.set(name, values);
    else ofIncident.push([name, values]);
  }
  for (const name of [...ofAction.keys()]) {
    const implied = mirror.facets[name][2];
    if (implied && !ofAction.has(implied[0])) ofAction.set(implied[0], implied[1]);
  }
  // Of a facet of which every value is asked for, different actions may have them.
  let ways = [ofAction];
  for (const name of asked.all) {
    if (ofAction.has(name)) {
      ways = ways.flatMap((way) => ofAction.get(name).map((value) => new Map([...way, [name, [value]]])));
    }
  }
  const isOneActionAsked = ofAction.size || asked.from || asked.to;
  const isOneAction = (action, way) =>
    [...way].every(([name, values]) => has(action.values, name, values)) && mayHaveBegun(action, asked);
  return (incident) =>
    (isKindAsked || incident.values.has("kind=account_action")) // background events only where they are asked for
    && asked.words.every((word) => incident.names.includes(word))
    && !asked.notWords.some((word) => incident.names.includes(word))
    && ofIncident.every(([name, values]) =>
      asked.all.has(name) ? values.every((value) => has(incident.values, name, [value])) : has(incident.values, name, values))
    && !asked.without.some((term) => incident.values.has(term) || incident.actions.some((each) => each.values.has(term)))
    && (!isOneActionAsked || ways.every((way) => incident.actions.some((action) => isOneAction(action, way))));
}

function row(incident) {
  const item = document.createElement("li"), link = document.createElement("a"), line = document.createElement("div");
  link.href = `../incidents/${incident.ref}/index.html`;
  link.dir = line.dir = "auto";
  link.textContent = incident.title;
  line.className = "aside";
  line.textContent = incident.line;
  item.append(link, line);
  return item;
}

function show() {
  const [asked, unknown] = read(location.search);
  document.getElementById("f-q").value = new URLSearchParams(location.search).get("q") || "";
  const direction = asked.sort === "oldest" ? 1 : -1;
  const found = mirror.incidents.filter(matcher(asked));
  found.sort((one, other) => direction * (one.day < other.day ? -1 : one.day > other.day ? 1 : 0) || (one.ref < other.ref ? -1 : 1));
  const say = (id, words) => {
    const place = document.getElementById(id);
    place.hidden = !words;
    place.querySelector("strong").textContent = words;
  };
  say("found", String(found.length));
  say("ignored", unknown.join(", "));
  const chips = [...asked.facets].map(([name, values]) => `${mirror.facets[name][0]}: ${values.join(", ")}`);
  chips.push(...asked.without.map((term) => `−${term}`), ...["from", "to"].filter((name) => asked[name]).map((name) => `${name}: ${asked[name]}`));
  document.getElementById("asked").replaceChildren(...chips.map((words) => {
    const item = document.createElement("li");
    item.textContent = words;
    return item;
  }));
  const rows = document.getElementById("rows"), more = document.getElementById("more");
  const showMore = () => {
    rows.append(...found.splice(0, ROWS).map(row));
    more.hidden = !found.length;
  };
  more.addEventListener("click", showMore);
  showMore();
}

document.addEventListener("DOMContentLoaded", show);
