(() => {
  // Old addresses: what stood on this page has a page of its own.
  const hash = decodeURIComponent(location.hash.slice(1)), meant = hash && document.getElementById(hash);
  const of = [...(meant || !hash ? [] : document.querySelectorAll("tbody tr[id]"))].filter((row) => hash.startsWith(row.id));
  const row = meant ? meant.closest("tbody tr") : of.sort((a, b) => b.id.length - a.id.length)[0];
  if (row) return location.replace(row.querySelector("a").href + (hash === row.id ? "" : location.hash));
  const form = document.getElementById("filters");
  const tables = [...document.querySelectorAll("table.list")];
  if (!tables.length) return;
  form.hidden = false;
  const told = document.getElementById("told");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]).map((row) => [row, fold(row.textContent)]);
  const fields = [...form.elements].filter((field) => field.name);
  const value = (field) => field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim();
  const filter = () => {
    const asked = Object.fromEntries(fields.map((field) => [field.name, value(field)]).filter(([, text]) => text));
    const query = new URLSearchParams(asked).toString(), { q = "", ...filters } = asked;
    const words = fold(q).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      const fits = words.every((word) => text.includes(word)) &&
        Object.entries(filters).every(([name, code]) => row.dataset[name].split(" ").includes(code));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const table of tables) {
      const section = table.closest("section"), rest = [...table.tBodies[0].rows].filter((row) => !row.hidden).length;
      const jump = document.querySelector(`.jumps a[href="#${section.querySelector("h2").id}"]`);
      section.hidden = !rest;
      if (jump) jump.closest("li").hidden = !rest;
      if (jump) jump.nextSibling.textContent = ` (${rest})`;
    }
    told.textContent = query ? form.dataset.shown.replace("{count}", shown).replace("{total}", rows.length) : "";
    for (const link of document.querySelectorAll(".orders a")) link.search = query;
    try { history.replaceState(null, "", query ? "?" + query : location.pathname); } catch { /* a page of a disk */ }
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  const given = new URLSearchParams(location.search);
  for (const field of fields) {
    const text = given.get(field.name) || "";
    if (field.type === "checkbox") field.checked = text === field.value;
    else field.value = text;
  }
  if (given.size) filter();
  const cell = (row, column) => {
    const day = row.cells[column].querySelector("time");
    return day ? day.dateTime : row.cells[column].textContent.trim();
  };
  for (const table of tables)
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const sorted = [...body.rows].sort((a, b) => {
          const first = cell(a, column), second = cell(b, column);
          if (!first || !second) return first ? -1 : second ? 1 : 0;
          return first.localeCompare(second, undefined, { numeric: true }) * (down ? -1 : 1);
        });
        body.append(...sorted);
      });
    });
})();
