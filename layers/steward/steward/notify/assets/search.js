// Each shared tuple is searched once, not once a row: that keeps 20,000 rows quick.
class Search {
  constructor({ rows, groups }) {
    this.rows = rows;
    this.names = rows.map((row) => row.name.toLowerCase());
    this.groups = groups.map((group) => group.map(searchable));
  }

  // Which rows hold every word of `query` and every wanted value: 1 or 0 by the row's id.
  matches(query, wanted) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.map((word) =>
      this.groups.map((texts) => texts.map((text) => text.includes(word))));
    const values = Object.entries(wanted).filter(([, value]) => value !== "");
    const found = new Uint8Array(this.rows.length);
    this.rows.forEach((row, id) => {
      found[id] = Number(
        values.every(([field, value]) => row[field] === value) &&
        words.every((word, index) => this.holds(row, id, word, hits[index])));
    });
    return found;
  }

  holds(row, id, word, hits) {
    return this.names[id].includes(word) ||
      row.numbers.some((number, group) => hits[group][number]);
  }
}

function searchable(shared) {
  const texts = Object.values(shared).flat().filter((value) => typeof value === "string");
  if (shared.state) texts.push(spokenState(shared.state));
  if (shared.owner === "") texts.push(NOBODY);
  if (shared.stack === "") texts.push(NO_STACK);
  return texts.join("\n").toLowerCase();
}
