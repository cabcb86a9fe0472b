(() => {
  const SHOWN = 20;
  const form = document.getElementById("filters");
  const [told, list, more] = ["told", "results", "more"].map((id) => document.getElementById(id));
  const fields = [...form.elements].filter((field) => field.name);
  const opened = new Map();
  let turn = 0, waiting;
  form.hidden = false;
  document.getElementById("unscripted").hidden = true;

  const option = (name, value) =>
    value && [...(form.elements[name]?.options || [])].find((option) => option.value === value)?.text;
  // What differs between a programme's site and a hub: where the index of a language is, what a line of its facets
  // holds after the name of a page, and what is shown of what was found.
  const site = {
    place: () => new URL("search/", location.href),
    facet: (kind, status, themes, institutions, late) =>
      ({ kind, status, late, theme: themes.split(" "), institution: institutions.split(" ") }),
    shown: (page, facet) => ({
      href: new URL("." + page.raw_url, location.href),
      facts: [option("kind", facet.kind), option("status", facet.status), facet.late && form.dataset.late],
      excerpt: page.excerpt,
    }),
  };
  const hub = {
    place: (tag) => new URL(`commitments/${tag}/search/`, new URL(form.dataset.root, location.href)),
    facet: (country, status, theme, page, code) =>
      ({ country, status: status || form.dataset.unknown, theme, page, code }),
    shown: (_, facet, lang) => ({
      href: facet.page || new URL(`country/${facet.country}.html#commitments`, location.href),
      facts: [facet.code, option("country", facet.country) || facet.country, facet.status, facet.theme],
      lang,
    }),
    // The filters offer what the chosen country's commitments have, in its words.
    offer: (facets) => {
      const country = value(form.elements.country);
      for (const name of ["status", "theme"]) {
        const field = form.elements[name], chosen = field.value || field.dataset.wanted || "";
        const fits = [...facets.values()].filter((facet) => !country || facet.country === country);
        const values = [...new Set(fits.map((facet) => facet[name]).filter(Boolean))];
        values.sort((a, b) => a.localeCompare(b));
        field.replaceChildren(field.options[0], ...values.map((value) => new Option(value, value)));
        field.value = values.includes(chosen) ? chosen : "";
        delete field.dataset.wanted;
      }
    },
  };
  const own = form.dataset.root ? hub : site;

  // An index is fetched when somebody asks; each line of its facets names a page as the results do.
  const open = async (place) => {
    const pagefind = await import(place + "pagefind.js");
    await pagefind.options({ excerptLength: 24, ranking: { termSimilarity: 2, pageLength: 0.4 } });
    const answer = await fetch(new URL("facets.json", place));
    const lines = (await answer.json()).map(([id, ...values], turn) => [id, { turn, ...own.facet(...values) }]);
    return { pagefind, facets: new Map(lines) };
  };
  const index = (tag) => {
    if (!opened.has(tag)) opened.set(tag, open(own.place(tag)));
    return opened.get(tag);
  };
  const value = (field) => field.type === "checkbox" ? (field.checked ? field.value : "")
    : (field.value || field.dataset.wanted || "").trim();
  const asked = () => Object.fromEntries(fields.map((field) => [field.name, value(field)]).filter(([, text]) => text));
  const make = (tag, into, text) => {
    const element = into.appendChild(document.createElement(tag));
    if (text) element.textContent = text;
    return element;
  };
  const show = async (hits, tag) => {
    const current = turn;
    const pages = await Promise.all(hits.slice(0, SHOWN).map(async ([hit, facet]) => [await hit.data(), facet]));
    if (current !== turn) return;
    for (const [page, facet] of pages) {
      const { href, facts, lang, excerpt } = own.shown(page, facet, tag);
      const item = make("li", list), link = make("a", item, page.meta.title);
      link.href = href;
      if (lang) link.lang = lang;
      make("span", item, " " + facts.filter(Boolean).join(" · ")).className = "soft";
      const said = excerpt && make("p", item);
      for (const part of said ? new DOMParser().parseFromString(excerpt, "text/html").body.childNodes : [])
        make(part.nodeName === "MARK" ? "mark" : "span", said, part.textContent);
    }
    const rest = hits.slice(SHOWN);
    more.hidden = !rest.length;
    more.onclick = async () => {
      const first = list.children.length;
      await show(rest, tag);
      list.children[first]?.querySelector("a").focus();
    };
  };
  const clear = () => {
    list.replaceChildren();
    told.textContent = "";
    more.hidden = true;
  };
  const search = async () => {
    const current = ++turn, { in: tag, ...given } = asked();
    const query = new URLSearchParams(asked()).toString();
    try { history.replaceState(null, "", query ? "?" + query : location.pathname); } catch { /* a page of a disk */ }
    if (!own.offer && !Object.keys(given).length) return clear();
    try {
      const { pagefind, facets } = await index(tag);
      if (current !== turn) return;
      own.offer?.(facets);
      const { q, in: _, ...filters } = asked();
      if (!q && !Object.keys(filters).length) return clear();
      const { results } = await pagefind.search(q || null);
      if (current !== turn) return;
      const fits = (facet) => Object.entries(filters).every(([name, code]) => [facet[name]].flat().includes(code));
      const hits = results.map((hit) => [hit, facets.get(hit.id)]).filter(([, facet]) => facet && fits(facet));
      if (!q) hits.sort(([, a], [, b]) => a.turn - b.turn);
      list.replaceChildren();
      await show(hits, tag);
      if (current === turn) told.textContent = hits.length ? form.dataset.hits + " " + hits.length : form.dataset.none;
    } catch {
      opened.delete(tag);
      if (current === turn) told.textContent = form.dataset.failed;
    }
  };
  const soon = (wait) => { clearTimeout(waiting); waiting = setTimeout(search, wait); };
  form.addEventListener("input", () => soon(200));
  form.addEventListener("reset", () => soon(0));
  form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
  const given = new URLSearchParams(location.search);
  for (const field of fields) {
    const text = given.get(field.name) || "";
    if (field.type === "checkbox") field.checked = text === field.value;
    else field.value = text;
    if (field.selectedIndex === -1) {
      if (own.offer) field.dataset.wanted = text;  // offered when the index is there
      field.selectedIndex = 0;
    }
  }
  search();
})();
