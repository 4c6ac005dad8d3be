const DAY = 86_400_000;
const dayOf = (text) => new Date(`${text}T00:00:00Z`);
const daysAfter = (day, number) => new Date(day.getTime() + number * DAY);
const MILESTONES = [["deprecated", "deprecated"], ["create_block", "create"], ["update_block", "update"]];
// Nobody plans further ahead; what ends later says so at the right edge.
const HORIZON_DAYS = 400;
// What fits before the functions' number; a customer-managed runtime may be called longer.
const LONGEST_NAME = 20;

function drawTimeline(place, charted) {
  const runtimes = charted.runtimes
    .filter((each) => each.functions + each.versions > 0)
    .sort((one, other) => compared(nextDay(one, charted.today), nextDay(other, charted.today)) ||
      other.functions - one.functions);
  if (!runtimes.length) {
    place.replaceChildren(make("p", {}, "No function was found."));
    return;
  }
  place.replaceChildren(new Timeline(runtimes, charted.today, widthOf(place)).node());
}

const widthOf = (place) => Math.max(300, Math.min(1280, Math.round(place.clientWidth || 1000)));

function nextDay(runtime, today) {
  const coming = MILESTONES.map(([field]) => runtime[field]).filter((day) => day && day > today);
  const worst = runtime.update_block && runtime.update_block <= today;
  return worst ? "0" : coming.sort()[0] || "9999";
}

class Timeline {
  constructor(runtimes, today, width) {
    this.runtimes = runtimes;
    this.today = dayOf(today);
    this.narrow = width < 640;
    this.left = this.narrow ? 8 : 190;
    this.right = this.narrow ? 8 : 92;
    this.step = this.narrow ? 46 : 28;
    this.top = this.narrow ? 74 : 58;
    this.width = width;
    this.height = this.top + this.step * runtimes.length + 8;
    this.x = d3.scaleUtc(
      [this.today, daysAfter(this.today, HORIZON_DAYS)],
      [this.left, width - this.right]);
    this.end = this.x.domain()[1];
  }

  node() {
    this.svg = d3.create("svg")
      .attr("viewBox", [0, 0, this.width, this.height])
      .attr("role", "img")
      .attr("aria-label", this.said());
    this.drawStripes();
    this.drawAxis();
    // Where a label stands above its bar, no line may cross it.
    if (this.narrow) this.drawDays();
    this.drawBars();
    if (!this.narrow) this.drawDays();
    return this.svg.node();
  }

  said() {
    const lines = this.runtimes.map((each) => `${each.id}, ${counted(each.functions, "function")}: ` +
      MILESTONES.map(([field]) => `${field.replace("_", " ")} ${each[field] || "not scheduled"}`).join(", "));
    return `Timeline of runtimes in use. ${lines.join(". ")}.`;
  }

  drawStripes() {
    this.svg.selectAll("rect.stripe").data(this.runtimes.filter((_, index) => index % 2 === 0))
      .join("rect").attr("class", "stripe")
      .attr("x", 0).attr("width", this.width).attr("height", this.step)
      .attr("y", (_, index) => this.top + 2 * index * this.step);
  }

  drawAxis() {
    const axis = d3.axisTop(this.x).ticks(this.narrow ? 4 : 12).tickSizeOuter(0)
      .tickFormat((day) => d3.utcFormat(day.getUTCMonth() === 0 || this.narrow ? "%b %Y" : "%b")(day));
    this.svg.append("g").attr("class", "axis")
      .attr("transform", `translate(0,${this.top})`).call(axis);
  }

  drawBars() {
    const row = this.svg.selectAll("g.row").data(this.runtimes).join("g")
      .attr("transform", (_, index) => `translate(0,${this.top + index * this.step})`);
    const middle = this.narrow ? 16 : this.step / 2 + 4;
    if (!this.narrow) {
      this.svg.append("text").attr("class", "dim").attr("text-anchor", "end")
        .attr("x", this.left - 12).attr("y", this.top - 8).text("functions");
    }
    const isLong = (each) => each.id.length > LONGEST_NAME;
    row.append("text").attr("class", "runtime").attr("x", 8).attr("y", middle)
      .text((each) => isLong(each) ? `${each.id.slice(0, LONGEST_NAME - 1)}…` : each.id)
      .filter(isLong).append("title").text((each) => each.id);
    row.append("text").attr("class", "dim").attr("text-anchor", "end").attr("y", middle)
      .attr("x", this.narrow ? this.width - 8 : this.left - 12)
      .text((each) => this.narrow ? `${this.edge(each)}${spoken(each.functions)}` : spoken(each.functions));
    const lane = row.append("g").attr("transform", `translate(0,${this.narrow ? 22 : 6})`);
    lane.selectAll("rect").data((each) => this.spans(each)).join("rect")
      .attr("class", (span) => span.kind).attr("height", 16).attr("y", 0)
      .attr("x", (span) => this.x(span.from))
      .attr("width", (span) => Math.max(1, this.x(span.to) - this.x(span.from)))
      .append("title").text((span) => span.said);
    if (!this.narrow) {
      row.append("text").attr("class", "dim").attr("x", this.width - this.right + 8)
        .attr("y", middle).text((each) => this.edge(each));
    }
  }

  // What the right edge cuts off, or that nothing is scheduled.
  edge(runtime) {
    const last = MILESTONES.map(([field]) => runtime[field]).filter(Boolean).sort().at(-1);
    const space = this.narrow ? "  " : "";
    if (!last) return `no date${space}`;
    return dayOf(last) > this.end ? `→ ${last}${space}` : "";
  }

  spans(runtime) {
    if (!MILESTONES.some(([field]) => runtime[field])) {
      return [{ kind: "undated", from: this.today, to: this.end, said: "no date is known" }];
    }
    const kinds = ["supported", ...MILESTONES.map(([, kind]) => kind)];
    const starts = [new Date(0), ...MILESTONES.map(([field]) => runtime[field] && dayOf(runtime[field]))];
    const reached = kinds.map((kind, index) => ({ kind, from: starts[index] })).filter((span) => span.from);
    return reached.map((span, index) => this.clipped(span, reached, index))
      .filter((span) => span.to > span.from)
      .flatMap((span) => this.faded(span));
  }

  // A graver step rules from its day on, also where the days are not in order.
  clipped(span, reached, index) {
    const graver = reached.slice(index + 1).map((each) => each.from);
    const to = d3.min([...graver, this.end]);
    const said = span.kind === "supported" ? "supported" : `from ${span.from.toISOString().slice(0, 10)}`;
    return { ...span, from: d3.max([span.from, this.today]), to: d3.min([to, this.end]), said };
  }

  // The day of the last block counts, not the long time after it.
  faded(span) {
    const pale = daysAfter(span.from, 21);
    if (span.kind !== "update" || span.from <= this.today || pale >= span.to) return [span];
    return [{ ...span, to: pale }, { ...span, kind: "after", from: pale }];
  }

  drawDays() {
    const days = new Map();
    for (const runtime of this.runtimes) {
      for (const [field] of MILESTONES.slice(1)) {
        const day = runtime[field];
        if (day && dayOf(day) > this.today && dayOf(day) < this.end) {
          days.set(day, (days.get(day) || 0) + runtime.functions);
        }
      }
    }
    const largest = [...days].sort((one, other) => other[1] - one[1] || compared(one[0], other[0]));
    const shown = largest.slice(0, this.narrow ? 2 : 6).map(([day]) => day).sort();
    let last = -1e9;
    let lower = false;
    for (const day of shown) {
      lower = this.x(dayOf(day)) - last < 84 && !lower;
      last = this.x(dayOf(day));
      this.drawDay(dayOf(day), day, "wave", (this.narrow ? 30 : 14) + (lower ? 16 : 0));
    }
    this.drawDay(this.today, "today", "today", 14);
  }

  drawDay(day, label, kind, y) {
    const x = this.x(day);
    this.svg.append("line").attr("class", kind).attr("x1", x).attr("x2", x)
      .attr("y1", y + 4).attr("y2", this.height);
    this.svg.append("text").attr("class", kind === "today" ? "today-label" : "dim")
      .attr("x", x).attr("y", y)
      .attr("text-anchor", kind === "today" ? "start" : "middle").text(label);
  }
}
