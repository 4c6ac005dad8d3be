// The same columns and cells as the report's own CSV (csv_rows.py).
const CSV_COLUMNS = [
  ["account_id", (row) => row.place.account_id],
  ["account_name", (row) => row.place.account_name],
  ["region", (row) => row.region],
  ["name", (row) => row.name],
  ["version", (row) => row.version],
  ["runtime", (row) => row.story.runtime_id],
  ["package_type", (row) => row.story.package_type],
  ["architecture", (row) => row.story.architecture],
  ["bucket", (row) => row.bucket],
  ["state", (row) => row.story.state],
  ["milestone", (row) => row.story.milestone],
  ["day", (row) => row.story.day],
  ["level", (row) => row.level],
  ["reason", (row) => row.story.reason],
  ["severity_reason", (row) => row.story.severity_reason],
  ["advice", (row) => row.story.advice],
  ["owner", (row) => row.place.owner],
  ["owner_source", (row) => row.place.owner_source],
  ["owned", (row) => row.place.owned],
  ["stack", (row) => row.place.stack],
  ["origin", (row) => row.own.origin],
  ["in_use", (row) => row.own.in_use],
  ["aliases", (row) => row.own.aliases],
  ["invocations_90d", (row) => row.invocations],
  ["internet_facing", (row) => row.own.internet_facing],
  ["smallest_safe_hop", (row) => row.story.smallest],
  ["latest", (row) => row.story.latest],
  ["recommended_by_aws", (row) => row.story.recommended],
  ["breakers", (row) => row.story.breakers],
  ["target_reason", (row) => row.story.target_reason],
  ["rollback", (row) => row.story.rollback],
  ["interim", (row) => row.story.interim],
  ["blocking_layers", (row) => row.own.blocking_layers],
  ["pinned", (row) => row.own.pinned],
  ["excepted", (row) => row.own.excepted],
  ["opened_on", (row) => row.own.opened_on],
  ["acknowledged", (row) => row.own.acknowledged],
  ["outcome", (row) => row.own.outcome],
];
// Where a spreadsheet would see a formula.
const FORMULA = /^[=+\-@\t\r]/;

function csvOf(rows) {
  const lines = rows.map((row) => CSV_COLUMNS.map(([, value]) => csvCell(value(row))).join(","));
  return [CSV_COLUMNS.map(([name]) => name).join(","), ...lines, ""].join("\r\n");
}

function csvCell(value) {
  const text = csvText(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function csvText(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join("; ") : String(value);
}

function exportCsv(rows) {
  const address = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv" }));
  const link = make("a", { href: address, download: "runtimes-filtered.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
