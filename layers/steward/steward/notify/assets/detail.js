const yes = (value, text) => (value ? text : "");

// Everything that is known of a row, in the order in which somebody who has to act asks.
function facts(row) {
  const { place, story, own } = row;
  return [
    ["Level", badge(row.level)],
    ["Bucket", row.bucket],
    ["State", row.state],
    ["Why", story.reason],
    ["Level, why", story.severity_reason === story.reason ? "" : story.severity_reason],
    ["Next milestone", yes(story.milestone, `${story.milestone} on ${story.day}`)],
    ["Advice", story.advice],
    ["Runtime", story.runtime_id || `none (${story.package_type})`],
    ["Change to", story.smallest],
    ["Latest", story.latest],
    ["AWS recommends", story.recommended],
    ["Why that", story.target_reason],
    ["Known to break", story.breakers],
    ["Passed over", story.passed_over],
    ["No way back", story.rollback],
    ["In the meantime", story.interim],
    ["Layers in the way", own.blocking_layers],
    ["Exception", own.excepted],
    ["Exception ends soon", yes(own.remind, "within 14 days")],
    ["Owner", place.owner ? `${place.owner}${yes(!place.owned, " (the fallback: nobody is named)")}` : NOBODY],
    ["Owner, from", place.owner_source],
    ["Stack", place.stack || NO_STACK],
    ["Stack id", place.stack_id],
    ["Made by", own.origin],
    ["Account", row.account],
    ["Region", row.region],
    ["Version", versionOf(own)],
    ["Aliases", own.aliases],
    ["Invocations in 90 days", row.invocations === null ? "not counted" : spoken(row.invocations)],
    ["Faces the internet", yes(own.internet_facing, "yes")],
    ["Pinned at", yes(own.pinned, `${own.pinned}: it gets no patches`)],
    ["Package, architecture", [story.package_type, story.architecture].filter(Boolean).join(", ")],
    ["What the sources say", yes(own.outcome, `${spokenState(own.outcome)}: ${own.outcome_reason}`)],
    ["Open since", own.opened_on || ""],
    ["Acknowledged", yes(own.acknowledged, "by its owner")],
  ].filter(([, said]) => said && said.length !== 0);
}

const versionOf = (own) =>
  own.version === LATEST ? LATEST : `${own.version} (${own.in_use ? "in use" : "nothing uses it"})`;

function showDetail(row) {
  const dialog = byId("detail");
  const close = make("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close");
  const list = make("dl", { tabindex: "0", "aria-label": "What is known of it" });
  for (const [label, said] of facts(row)) {
    list.append(make("dt", {}, label), make("dd", {}, shownFact(said)));
  }
  dialog.replaceChildren(close, make("h2", { id: "detail-title" }, isolated(titleOf(row))), list);
  dialog.showModal();
}

const titleOf = (row) => (row.version === LATEST ? row.name : `${row.name}, version ${row.version}`);

function shownFact(said) {
  if (!Array.isArray(said)) return said instanceof Node ? said : isolated(said);
  if (said.length === 1) return isolated(said[0]);
  return make("ul", {}, ...said.map((each) => make("li", {}, isolated(each))));
}
