const FIRST_ITEMS = 20;

// Work items lead to their functions; a long list is opened on demand, and says how long it is.
function workItems(explorer) {
  const list = byId("work-items");
  if (!list) return;
  const items = [...list.children];
  for (const item of items) item.append(toFunctions(item.dataset, explorer));
  if (items.length > FIRST_ITEMS) shorten(items);
}

function toFunctions({ owner, place }, explorer) {
  const label = make("span", { class: "unseen" }, " of ", isolated(place));
  const show = () => {
    const isStack = explorer.rows.some((row) => row.place.stack === place);
    const wanted = isStack ? { owner: owner || NOBODY, stack: place } : { owner: owner || NOBODY };
    explorer.only({ ...wanted, bucket: "affected" }, isStack ? "" : place.split("/").join(" "));
    byId("functions").scrollIntoView();
    byId("search").focus({ preventScroll: true });
  };
  return make("div", { class: "to-functions" },
    make("button", { type: "button", onclick: show }, "Show functions", label));
}

function shorten(items) {
  const rest = items.slice(FIRST_ITEMS);
  const more = byId("more-work");
  const all = make("button", { type: "button" }, `Show all ${spoken(items.length)} work items`);
  all.addEventListener("click", () => {
    for (const item of rest) item.hidden = false;
    more.hidden = true;
    rest[0].querySelector("button").focus();
  });
  for (const item of rest) item.hidden = true;
  more.replaceChildren(`The ${FIRST_ITEMS} most urgent of ${spoken(items.length)} are shown. `, all);
  more.hidden = false;
}
