(() => {
  const SHOWN = 20;
  const form = document.getElementById("filters");
  const [told, list, more] = ["told", "results", "more"].map((id) => document.getElementById(id));
  const fields = [...form.elements].filter((field) => field.name);
  const place = new URL("search/", location.href);
  let ready, turn = 0, waiting;
  form.hidden = false;
  document.getElementById("unscripted").hidden = true;

  // The index is fetched when somebody asks; each line of the facets names a page as the results do.
  const open = async () => {
    const pagefind = await import(place + "pagefind.js");
    await pagefind.options({ excerptLength: 24, ranking: { termSimilarity: 2, pageLength: 0.4 } });
    const answer = await fetch(new URL("facets.json", place));
    const lines = (await answer.json()).map(([id, kind, status, themes, institutions, late], turn) =>
      [id, { turn, kind, status, late, theme: themes.split(" "), institution: institutions.split(" ") }]);
    return { pagefind, facets: new Map(lines) };
  };
  const value = (field) => field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim();
  const asked = () => Object.fromEntries(fields.map((field) => [field.name, value(field)]).filter(([, text]) => text));
  const label = (name, code) =>
    code && [...(form.elements[name] ? form.elements[name].options : [])].find((option) => option.value === code)?.text;
  const make = (tag, into, text) => {
    const element = into.appendChild(document.createElement(tag));
    if (text) element.textContent = text;
    return element;
  };
  const show = async (hits) => {
    const own = turn;
    const pages = await Promise.all(hits.slice(0, SHOWN).map(async ([hit, facet]) => [await hit.data(), facet]));
    if (own !== turn) return;
    for (const [page, facet] of pages) {
      const item = make("li", list);
      make("a", item, page.meta.title).href = new URL("." + page.raw_url, location.href);
      const facts = [label("kind", facet.kind), label("status", facet.status), facet.late && form.dataset.late];
      make("span", item, " " + facts.filter(Boolean).join(" · ")).className = "soft";
      const said = make("p", item);
      for (const part of new DOMParser().parseFromString(page.excerpt, "text/html").body.childNodes)
        make(part.nodeName === "MARK" ? "mark" : "span", said, part.textContent);
    }
    const rest = hits.slice(SHOWN);
    more.hidden = !rest.length;
    more.onclick = async () => {
      const first = list.children.length;
      await show(rest);
      list.children[first]?.querySelector("a").focus();
    };
  };
  const search = async () => {
    const own = ++turn, { q, ...filters } = asked();
    const query = new URLSearchParams(asked()).toString();
    try { history.replaceState(null, "", query ? "?" + query : location.pathname); } catch { /* a page of a disk */ }
    if (!query) {
      list.replaceChildren();
      told.textContent = "";
      more.hidden = true;
      return;
    }
    try {
      const { pagefind, facets } = await (ready ??= open());
      const { results } = await pagefind.search(q || null);
      if (own !== turn) return;
      const fits = (facet) => Object.entries(filters).every(([name, code]) => [facet[name]].flat().includes(code));
      const hits = results.map((hit) => [hit, facets.get(hit.id)]).filter(([, facet]) => facet && fits(facet));
      if (!q) hits.sort(([, a], [, b]) => a.turn - b.turn);
      list.replaceChildren();
      await show(hits);
      if (own === turn) told.textContent = hits.length ? form.dataset.hits + " " + hits.length : form.dataset.none;
    } catch {
      ready = undefined;
      if (own === turn) told.textContent = form.dataset.failed;
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
  }
  search();
})();
