function tilesFilter(explorer) {
  for (const tile of document.querySelectorAll(".tile[data-bucket]")) {
    const label = tile.querySelector(".label");
    const show = make("button", { type: "button" }, label.textContent);
    show.addEventListener("click", () => {
      explorer.only({ bucket: tile.dataset.bucket });
      byId("functions").scrollIntoView();
      byId("search").focus({ preventScroll: true });
    });
    label.replaceChildren(show);
  }
}

function onNewWidth(redraw) {
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    requestAnimationFrame(() => redraw());
  });
}

function start() {
  const charted = readJson("charted");
  document.documentElement.classList.add("runs");
  const redraw = () => {
    drawTimeline(byId("timeline-chart"), charted);
    drawBurnDown(charted);
  };
  redraw();
  onNewWidth(redraw);
  // The text and the charts are shown before the rows are read.
  requestAnimationFrame(() => setTimeout(() => {
    const explorer = new Explorer(readRows(readJson("rows")));
    workItems(explorer);
    tilesFilter(explorer);
    printing(explorer);
    document.documentElement.dataset.ready = "yes";
  }));
}

start();
