// Keeps what is typed into a form of the editing desk, in this browser only, until it is saved, discarded or logged out.
"use strict";

(() => {
  const PREFIX = "desk:", SENT = "desk-sent", MAX_AGE = 14 * 24 * 3600 * 1000;
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "dates_right", "new_capture", "is_another", "name_question"]);
  const keys = () => Object.keys(localStorage).filter(key => key.startsWith(PREFIX));
  const forget = unwanted => keys().filter(unwanted).forEach(key => localStorage.removeItem(key));
  const read = key => JSON.parse(localStorage.getItem(key) || "null");

  // What was sent is saved if the next page says so; a page that asks for a password does not.
  const sent = sessionStorage.getItem(SENT);
  if (sent && document.querySelector(".messagelist .success")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
  document.getElementById("logout-form")?.addEventListener("submit", () => forget(() => true));
  if (location.pathname.endsWith("/logout/")) forget(() => true);

  // Who follows a link to a box goes on in it, unfolded, and who comes back with errors in the first that has one.
  const goTo = box => {
    for (let fold = box?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const list = box?.nextElementSibling?.matches(".select2") && box.nextElementSibling.querySelector("[role=combobox], textarea");
    (list || box)?.focus();
  };
  const linked = link => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  document.addEventListener("click", event => {
    const link = event.target.closest(".missing a[href^='#']");
    if (link) setTimeout(() => goTo(linked(link)));  // after the browser has gone there itself
  });
  addEventListener("load", () => setTimeout(() => {
    const link = document.querySelector("[data-errors] a");
    if (link) goTo(linked(link));
  }));

  // Who adds a part goes on in its first box.
  document.addEventListener("formset:added", event =>
    event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus());

  // Lists that are searched have the name of their label, which their script does not give them.
  const name = within => within.querySelectorAll("select.admin-autocomplete").forEach((select, number) => {
    const label = select.id && document.querySelector(`label[for="${select.id}"]`), list = select.nextElementSibling;
    if (!label || !list?.matches(".select2")) return;
    label.id ||= `label-of-${select.id || number}`;
    const box = list.querySelector("[role=combobox]"), chosen = list.querySelector(".select2-selection__rendered");
    if (box) box.setAttribute("aria-labelledby", `${label.id} ${chosen?.id || ""}`);
    if (box && chosen) chosen.setAttribute("aria-labelledby", label.id);
    list.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
    django.jQuery(select).on("select2:open", () => {
      document.querySelector(".select2-dropdown .select2-search__field")?.setAttribute("aria-labelledby", label.id);
      box?.setAttribute("aria-controls", box.getAttribute("aria-owns"));
    });
  });
  addEventListener("load", () => window.django?.jQuery?.(() => name(document)));  // after the lists have been made
  document.addEventListener("formset:added", event => name(event.target));

  // Beside the form for a new incident: those on record that may be the same.
  const alike = document.getElementById("alike"), LIKE = ["title", "platform", "holder", "account", "start", "source_url"];
  let looks = 0;
  const look = async () => {
    const boxes = alike.closest("form").elements, number = ++looks;
    const body = new URLSearchParams([...LIKE, "csrfmiddlewaretoken"].map(name => [name, boxes[name]?.value || ""]));
    const answer = await fetch(alike.dataset.url, { method: "POST", body });
    const found = answer.ok && !answer.redirected && await answer.text();
    if (typeof found == "string" && number == looks) alike.innerHTML = found;  // an earlier question may be answered later
  };
  if (alike) addEventListener("load", () => {
    django.jQuery(alike.closest("form")).on("change", event => LIKE.includes(event.target.name) && look());
    look();
  });

  // Who else has the page of this incident open.
  const others = document.getElementById("others");
  const say = async () => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: others.closest("form").elements.csrfmiddlewaretoken.value });
    const answer = await fetch(others.dataset.url, { method: "POST", body }).catch(() => null);  // without a connection
    if (answer?.ok && !answer.redirected) others.textContent = await answer.text();
  };
  if (others) addEventListener("load", () => (say(), setInterval(say, 60_000)));

  const offer = document.getElementById("kept"), form = offer?.closest("form");
  if (!form) return;
  const owner = `${PREFIX}${offer.dataset.user}:`, key = owner + location.pathname
    + new URLSearchParams(location.search).getAll("open").map(part => `?${part}`).join("");
  forget(each => !each.startsWith(owner) || Date.now() - read(each).at > MAX_AGE);

  const typed = () => [...new FormData(form)].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value == "string");
  const labels = () => Object.fromEntries([...form.querySelectorAll("select.admin-autocomplete")]
    .map(select => [select.name, [...select.selectedOptions].map(option => [option.value, option.text])]));
  let first = "", sending = false, kept = read(key);
  const isChanged = () => Boolean(document.querySelector(".errornote")) || JSON.stringify(typed()) != first;

  const keep = () => {
    if (!offer.hidden || sending) return;
    if (isChanged()) localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed: typed(), labels: labels() }));
    else localStorage.removeItem(key);
  };

  // The parts of the incident that the boxes belong to. If others have added or deleted some, boxes have moved.
  const places = fields => JSON.stringify(fields.filter(([name]) => /-(INITIAL_FORMS|id)$/.test(name)
    && !(name.endsWith("-id") && !form.elements[name]?.value)));

  const answered = () => {
    offer.hidden = true;
    goTo(form.querySelector("fieldset :is(input, select, textarea):not([type=hidden])"));
  };

  const restore = () => {
    answered();
    const values = {};
    for (const [name, value] of kept.typed) (values[name] ||= []).push(value);
    for (const total of form.querySelectorAll("input[name$=-TOTAL_FORMS]")) {
      const group = document.getElementById(total.name.replace("-TOTAL_FORMS", "-group"));
      for (let missing = (values[total.name]?.[0] || 0) - total.value; missing > 0; missing--)
        group?.querySelector(".add-row a, a.add-row")?.click();
    }
    for (const box of form.querySelectorAll("input, select, textarea")) {
      if (!box.name || NOT_TYPED.has(box.name) || /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/.test(box.name)
          || /__prefix__/.test(box.name) || ["submit", "button", "file"].includes(box.type)) continue;
      const wanted = values[box.name] || [];
      if (["checkbox", "radio"].includes(box.type)) box.checked = wanted.includes(box.value);
      else if (box.tagName == "SELECT") {
        for (const [value, text] of kept.labels[box.name] || [])
          if (![...box.options].some(option => option.value == value)) box.add(new Option(text, value));
        for (const option of box.options) option.selected = wanted.includes(option.value);
        django.jQuery(box).trigger("change");
      } else if (wanted.length) box.value = wanted[0];
    }
    keep();
  };

  addEventListener("load", () => {
    first = JSON.stringify(typed());
    if (kept && !isChanged() && JSON.stringify(kept.typed) != first) {
      offer.querySelector("time").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
      offer.hidden = false;
      if (places(kept.typed) != places(typed())) {
        offer.querySelector("[data-kept=restore]").hidden = true;
        const text = offer.querySelector("textarea");
        text.hidden = false;
        text.value = kept.typed.filter(([name, value]) => value && !/_FORMS$|-id$|^seen$|^asked$/.test(name))
          .map(([name, value]) => `${name}: ${value}`).join("\n");
      }
    }
    let waiting;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); };
    form.addEventListener("input", soon);
    django.jQuery(form).on("change", soon);
    addEventListener("pagehide", keep);
    form.addEventListener("submit", () => { keep(); sending = true; sessionStorage.setItem(SENT, key); });
    offer.querySelector("[data-kept=restore]").addEventListener("click", restore);
    offer.querySelector("[data-kept=discard]").addEventListener("click", () => {
      answered();
      localStorage.removeItem(key);
      keep();
    });
    addEventListener("beforeunload", event => { if (!sending && isChanged()) event.preventDefault(); });
  });
})();
