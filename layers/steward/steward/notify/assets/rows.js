const RANKS = ["NONE", "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "BREACH"];
const LATEST = "$LATEST";
const NOBODY = "(nobody)";
const NO_STACK = "(no stack)";

// The rows as page_rows.py writes them: shared tuples by number, and texts by number in those.
function readRows(written) {
  const groups = Object.entries(written.groups).map(([, group]) => readGroup(group, written.texts));
  const rows = written.rows.map((line) => readRow(line, written.own.length, groups));
  rows.sort(byUrgency);
  rows.forEach((row, index) => { row.id = index; });
  return { rows, groups };
}

function readGroup(group, texts) {
  const plain = (value) => {
    if (typeof value === "number") return texts[value];
    return Array.isArray(value) ? value.map(plain) : value;
  };
  return group.values.map((values) => {
    const shared = {};
    group.fields.forEach((field, index) => { shared[field] = plain(values[index]); });
    return shared;
  });
}

function readRow(line, owned, groups) {
  const [placeNumber, storyNumber, caseNumber] = line.slice(owned);
  const [places, stories, cases] = groups;
  const place = places[placeNumber];
  const story = stories[storyNumber];
  const own = cases[caseNumber];
  return {
    id: 0,
    numbers: [placeNumber, storyNumber, caseNumber],
    place, story, own,
    name: line[0],
    invocations: line[1],
    version: own.version,
    owner: place.owner || NOBODY,
    stack: place.stack || NO_STACK,
    account: accountOf(place),
    region: place.region,
    runtime: story.runtime_id || story.package_type.toLowerCase(),
    target: story.smallest || story.latest,
    state: spokenState(story.state),
    bucket: story.bucket,
    level: story.level,
    rank: RANKS.indexOf(story.level),
    day: story.day || "",
  };
}

const accountOf = (place) =>
  place.account_name ? `${place.account_name} (${place.account_id})` : place.account_id;

const spokenState = (state) => state.toLowerCase().replaceAll("_", " ");

const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

function byUrgency(one, other) {
  return (
    other.rank - one.rank ||
    compared(one.day || "9999", other.day || "9999") ||
    compared(one.owner, other.owner) ||
    compared(one.stack, other.stack) ||
    compared(one.name, other.name)
  );
}
