(() => {
  const SHOWN = 20;
  const form = document.getElementById("filters");
  const [told, list, more] = ["told", "results", "more"].map((id) => document.getElementById(id));
  const fields = [...form.elements].filter((field) => field.name);
  const root = new URL(form.dataset.root, location.href);
  const opened = new Map();
  let turn = 0, waiting;
  form.hidden = false;
  document.getElementById("unscripted").hidden = true;

  // An index for each language, fetched when somebody asks; each line of the facets names what Pagefind finds.
  const open = async (tag) => {
    const place = new URL(`commitments/${tag}/search/`, root);
    const pagefind = await import(place + "pagefind.js");
    await pagefind.options({ excerptLength: 24, ranking: { termSimilarity: 2, pageLength: 0.4 } });
    const answer = await fetch(new URL("facets.json", place));
    const lines = (await answer.json()).map(([id, country, status, theme, page, code], turn) =>
      [id, { turn, country, status: status || form.dataset.unknown, theme, page, code }]);
    const facets = new Map(lines);
    return { pagefind, facets };
  };
  const index = (tag) => {
    if (!opened.has(tag)) opened.set(tag, open(tag));
    return opened.get(tag);
  };
  const offer = (facets, country) => {
    for (const name of ["status", "theme"]) {
      const field = form.elements[name], chosen = field.value || field.dataset.wanted || "";
      const fits = [...facets.values()].filter((facet) => !country || facet.country === country);
      const values = [...new Set(fits.map((facet) => facet[name]).filter(Boolean))].sort((a, b) => a.localeCompare(b));
      field.replaceChildren(field.options[0], ...values.map((value) => new Option(value, value)));
      field.value = values.includes(chosen) ? chosen : "";
      delete field.dataset.wanted;
    }
  };
  const value = (field) => (field.value || field.dataset.wanted || "").trim();
  const asked = () => Object.fromEntries(fields.map((field) => [field.name, value(field)]).filter(([, text]) => text));
  const make = (tag, into, text) => {
    const element = into.appendChild(document.createElement(tag));
    if (text) element.textContent = text;
    return element;
  };
  const country = (id) => [...form.elements.country.options].find((option) => option.value === id)?.text || id;
  const show = async (hits, tag) => {
    const own = turn;
    const pages = await Promise.all(hits.slice(0, SHOWN).map(async ([hit, facet]) => [await hit.data(), facet]));
    if (own !== turn) return;
    for (const [page, facet] of pages) {
      const item = make("li", list), link = make("a", item, page.meta.title);
      link.href = facet.page || new URL(`country/${facet.country}.html#commitments`, location.href);
      link.lang = tag;
      const facts = [facet.code, country(facet.country), facet.status, facet.theme];
      make("span", item, " " + facts.filter(Boolean).join(" · ")).className = "soft";
    }
    const rest = hits.slice(SHOWN);
    more.hidden = !rest.length;
    more.onclick = async () => {
      const first = list.children.length;
      await show(rest, tag);
      list.children[first]?.querySelector("a").focus();
    };
  };
  const search = async () => {
    const own = ++turn, { q, in: tag, ...given } = asked();
    const query = new URLSearchParams(asked()).toString();
    try { history.replaceState(null, "", query ? "?" + query : location.pathname); } catch { /* a page of a disk */ }
    try {
      const { pagefind, facets } = await index(tag);
      if (own !== turn) return;
      offer(facets, given.country);
      const { q: _, in: __, ...filters } = asked();
      if (!q && !Object.keys(filters).length) {
        list.replaceChildren();
        told.textContent = "";
        more.hidden = true;
        return;
      }
      const { results } = await pagefind.search(q || null);
      if (own !== turn) return;
      const fits = (facet) => Object.entries(filters).every(([name, text]) => facet[name] === text);
      const hits = results.map((hit) => [hit, facets.get(hit.id)]).filter(([, facet]) => facet && fits(facet));
      if (!q) hits.sort(([, a], [, b]) => a.turn - b.turn);
      list.replaceChildren();
      await show(hits, tag);
      if (own === turn) told.textContent = hits.length ? form.dataset.hits + " " + hits.length : form.dataset.none;
    } catch {
      opened.delete(tag);
      if (own === turn) told.textContent = form.dataset.failed;
    }
  };
  const soon = (wait) => { clearTimeout(waiting); waiting = setTimeout(search, wait); };
  form.addEventListener("input", () => soon(200));
  form.addEventListener("reset", () => soon(0));
  form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
  const given = new URLSearchParams(location.search);
  for (const field of fields) {
    const text = given.get(field.name);
    if (!text) continue;
    field.value = text;
    if (field.value !== text) field.dataset.wanted = text;  // offered when the index is there
  }
  if (!form.elements.in.value) form.elements.in.selectedIndex = 0;
  search();
})();
