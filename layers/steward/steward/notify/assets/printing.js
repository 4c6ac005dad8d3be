const MOST_PRINTED = 500;

function printing(explorer) {
  addEventListener("beforeprint", () => printRows(explorer));
  addEventListener("afterprint", () => byId("printed").replaceChildren());
}

// Never cut in silence: the sentence says what is on paper and where the rest is.
function printRows(explorer) {
  const rows = explorer.shown();
  const printed = rows.slice(0, MOST_PRINTED);
  const rest = rows.length - printed.length;
  const said = rest
    ? `The ${spoken(printed.length)} most urgent of ${spoken(rows.length)} lines are printed, ${spoken(rest)} are not: narrow the search, or take the CSV, which has all of them.`
    : `All ${counted(rows.length, "line")} that match are printed, of ${spoken(explorer.rows.length)} in all.`;
  byId("printed").replaceChildren(
    make("p", {}, make("strong", {}, said)),
    make("p", {}, isolated(explorer.filtersSaid())),
    printedTable(printed));
}

function printedTable(rows) {
  const titles = ["Level", "Function", "Runtime", "Change to", "Next milestone", "Owner", "Stack", "Account", "Region"];
  const head = make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title)));
  const body = rows.map((row) => {
    const cells = [titleOf(row), row.runtime, row.target, dayText(row), row.owner, row.stack, row.account, row.region];
    return make("tr", {}, make("td", {}, badge(row.level)), ...cells.map((text) => make("td", {}, isolated(text))));
  });
  return make("div", { class: "scroll" },
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}
