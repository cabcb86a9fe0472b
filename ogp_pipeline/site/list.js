(() => {
  // Old addresses: what stood on this page has a page of its own.
  const meant = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const row = meant && meant.closest("tbody tr");
  if (row) return location.replace(row.querySelector("a").href + (meant === row ? "" : location.hash));
  const box = document.getElementById("filters");
  const tables = [...document.querySelectorAll("table.list")];
  if (!tables.length) return;
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  const texts = (row, column) => row.cells[column].innerText.split("\n").map((text) => text.trim()).filter(Boolean);
  const make = (tag, into) => into.appendChild(document.createElement(tag));
  const labelled = (text, tag) => {
    const label = make("label", box);
    label.append(text + " ");
    return make(tag, label);
  };
  const choice = (text, column) => {
    const field = labelled(text, "select");
    const values = [...new Set(rows.flatMap((row) => texts(row, column)))].sort((a, b) => a.localeCompare(b));
    field.append(new Option(box.dataset.any, ""), ...values.map((value) => new Option(value, value)));
    return [field, column];
  };
  const search = labelled(box.dataset.text, "input");
  search.type = "search";
  const choices = [choice(box.dataset.status, 1), choice(box.dataset.institution, 2)];
  const late = labelled(box.dataset.late, "input");
  late.type = "checkbox";
  const told = make("p", box);
  told.setAttribute("role", "status");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.innerText.toLowerCase();
      row.hidden = false;
      const fits = words.every((word) => (row.textContent.toLowerCase() + text).includes(word)) &&
        choices.every(([field, column]) => !field.value || texts(row, column).includes(field.value)) &&
        (!late.checked || row.cells[4].textContent.trim());
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const table of tables) table.closest("section").hidden = [...table.tBodies[0].rows].every((row) => row.hidden);
    told.textContent = box.dataset.shown.replace("{count}", shown).replace("{total}", rows.length);
  };
  box.addEventListener("input", filter);
  const value = (row, column) => {
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
          const first = value(a, column), second = value(b, column);
          if (!first || !second) return first ? -1 : second ? 1 : 0;
          return first.localeCompare(second, undefined, { numeric: true }) * (down ? -1 : 1);
        });
        body.append(...sorted);
      });
    });
})();
