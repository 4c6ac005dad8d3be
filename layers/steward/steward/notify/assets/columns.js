const textCell = (cell) => isolated(String(cell.getValue() ?? ""));

function nameButton(row) {
  return make("button", { type: "button", class: "cell-name", title: titleOf(row) }, isolated(titleOf(row)));
}

const dayText = (row) => (row.day ? `${row.day}, ${row.story.milestone}` : "");

const countText = (row) => (row.invocations === null ? "" : spoken(row.invocations));

const COLUMNS = [
  { title: "Level", field: "rank", width: 112, formatter: (cell) => badge(cell.getData().level), headerSortStartingDir: "desc" },
  { title: "Function", field: "name", minWidth: 250, widthGrow: 3, formatter: (cell) => nameButton(cell.getData()) },
  { title: "Runtime", field: "runtime", width: 125 },
  { title: "Change to", field: "target", width: 125 },
  { title: "Next milestone", field: "day", width: 215, formatter: (cell) => dayText(cell.getData()) },
  { title: "Owner", field: "owner", minWidth: 180, widthGrow: 2 },
  { title: "Stack", field: "stack", minWidth: 150, widthGrow: 2 },
  { title: "Account", field: "account", minWidth: 220, widthGrow: 2 },
  { title: "Region", field: "region", width: 105 },
  { title: "State", field: "state", width: 130 },
  { title: "Bucket", field: "bucket", width: 105 },
  { title: "Calls, 90 days", field: "invocations", width: 130, hozAlign: "right", sorter: "number", formatter: (cell) => countText(cell.getData()), headerSortStartingDir: "desc" },
].map((column) => ({ formatter: textCell, sorter: compared, headerSortTristate: true, resizable: false, ...column }));

// One column with all that matters, for windows too narrow for a table.
const CARDS = [{ title: "Function", field: "name", headerSort: false, formatter: (cell) => card(cell.getData()) }];
const CARD_HEIGHT = 106;
const ROW_HEIGHT = 39;

function card(row) {
  const hop = row.target ? `${row.runtime} → ${row.target}` : row.runtime;
  return make("div", { class: "card" },
    make("div", { class: "line" }, nameButton(row)),
    make("div", { class: "line" }, badge(row.level), ` ${dayText(row) || row.bucket}`),
    make("div", { class: "line" }, isolated(hop)),
    make("div", { class: "line dim" }, isolated(`${row.owner}, ${row.stack}, ${row.account}`)));
}
