const FILTERS = [
  ["bucket", "Bucket"], ["level", "Level"], ["state", "State"], ["runtime", "Runtime"],
  ["owner", "Owner"], ["stack", "Stack"], ["account", "Account"], ["region", "Region"],
];
const TYPING_MS = 60;

class Explorer {
  constructor(read) {
    this.rows = read.rows;
    this.search = new Search(read);
    this.found = new Uint8Array(this.rows.length).fill(1);
    this.selects = new Map(FILTERS.map(([field, label]) => [field, this.select(field, label)]));
    this.narrow = matchMedia("(max-width: 40rem)");
    this.sorting();
    this.build();
    this.listen();
  }

  select(field, label) {
    const numbers = d3.rollup(this.rows, (rows) => rows.length, (row) => row[field]);
    const order = field === "level" ? (one, other) => RANKS.indexOf(other[0]) - RANKS.indexOf(one[0])
      : (one, other) => compared(one[0], other[0]);
    const options = [...numbers].sort(order).map(([value, number]) =>
      make("option", { value }, `${value} (${spoken(number)})`));
    const select = make("select", { name: field }, make("option", { value: "" }, "all"), ...options);
    byId("selects").append(make("label", {}, label, select));
    return select;
  }

  sorting() {
    for (const column of COLUMNS.slice(1)) {
      byId("sort").append(make("option", { value: column.field }, column.title.toLowerCase()));
    }
  }

  build() {
    const cards = this.narrow.matches;
    this.table = new Tabulator(byId("table"), {
      data: this.rows,
      columns: cards ? CARDS : COLUMNS,
      layout: "fitColumns",
      height: "min(75vh, 50rem)",
      rowHeight: cards ? CARD_HEIGHT : ROW_HEIGHT,
      renderVerticalBuffer: 400,
      groupBy: byId("group").value || false,
      groupHeader: (value, number, _rows, group) => groupTitle(value, number, group),
      groupToggleElement: "arrow",
      placeholder: this.rows.length ? "No function matches. Clear the search or a filter." : "No function was read.",
      selectableRows: false,
      columnDefaults: { headerSortTristate: true },
    });
    this.table.on("rowClick", (_event, row) => showDetail(row.getData()));
    this.table.on("tableBuilt", () => this.built());
  }

  // Its rows' buttons take the focus, and the arrows scroll from there: the holder need not.
  built() {
    byId("table").querySelector(".tabulator-tableholder").removeAttribute("tabindex");
    byId("table").setAttribute("aria-label", "Functions");
    this.ready = true;
    this.apply();
  }

  rebuild() {
    this.ready = false;
    this.table.destroy();
    this.build();
  }

  listen() {
    let waiting = 0;
    byId("search").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.apply(), TYPING_MS);
    });
    byId("controls").addEventListener("submit", (event) => event.preventDefault());
    byId("selects").addEventListener("change", () => this.apply());
    byId("group").addEventListener("change", () => this.table.setGroupBy(byId("group").value || false));
    byId("sort").addEventListener("change", () => this.sort(byId("sort").value));
    byId("reset").addEventListener("click", () => this.only({}));
    byId("export").addEventListener("click", () => exportCsv(this.shown()));
    this.narrow.addEventListener("change", () => this.rebuild());
  }

  sort(field) {
    const column = COLUMNS.find((each) => each.field === field);
    if (column) this.table.setSort(field, column.headerSortStartingDir || "asc");
    else this.table.clearSort();
  }

  // Shows the rows with these values alone; with none, all of them.
  only(wanted, query = "") {
    byId("search").value = query;
    for (const [field, select] of this.selects) select.value = wanted[field] ?? "";
    this.apply();
  }

  apply() {
    if (!this.ready) return;
    const wanted = Object.fromEntries([...this.selects].map(([field, select]) => [field, select.value]));
    for (const select of this.selects.values()) select.classList.toggle("set", select.value !== "");
    this.found = this.search.matches(byId("search").value, wanted);
    this.table.setFilter((row) => this.found[row.id] === 1);
    this.say();
  }

  // What narrows the rows, for whoever holds them on paper.
  filtersSaid() {
    const query = byId("search").value.trim();
    const chosen = FILTERS.filter(([field]) => this.selects.get(field).value !== "")
      .map(([field, label]) => `${label.toLowerCase()}: ${this.selects.get(field).value}`);
    const said = [...(query ? [`search: ${query}`] : []), ...chosen];
    return said.length ? `Narrowed by ${said.join("; ")}.` : "Nothing narrows them.";
  }

  shown() {
    return this.rows.filter((row) => this.found[row.id] === 1);
  }

  say() {
    const shown = this.shown();
    const versions = shown.filter((row) => row.version !== LATEST).length;
    const also = versions ? ` and ${counted(versions, "published version")}` : "";
    const all = spoken(this.rows.length);
    byId("shown").textContent =
      `${counted(shown.length - versions, "function")}${also} shown, of ${all} lines in all`;
  }
}

// A row of the grid, with a button for those who use no mouse.
function groupTitle(value, number, group) {
  group.getElement().setAttribute("role", "row");
  const toggle = make("button", { type: "button", "aria-expanded": String(group.isVisible()) },
    isolated(value), " ", make("span", { class: "dim" }, counted(number, "line")));
  toggle.addEventListener("click", () => group.toggle());
  return make("span", { role: "gridcell" }, toggle);
}
