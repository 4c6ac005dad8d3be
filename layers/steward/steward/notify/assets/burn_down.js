function drawBurnDown(charted) {
  const choice = byId("wave");
  if (!choice) return;
  const open = charted.waves.findIndex((wave) => wave.days_left > 0 && wave.functions > 0);
  if (!choice.dataset.chosen) choice.value = String(Math.max(open, 0));
  const show = () => {
    const wave = charted.waves[Number(choice.value)];
    const place = byId("burn-down-chart");
    byId("wave-sentence").replaceChildren(`${wave.day}, ${wave.milestone}: `, isolated(wave.sentence));
    place.replaceChildren(new BurnDown(wave, charted.today, widthOf(place)).node());
  };
  choice.onchange = () => { choice.dataset.chosen = "yes"; show(); };
  show();
}

const LABEL_WIDTH = 150;

class BurnDown {
  constructor(wave, today, width) {
    this.wave = wave;
    this.today = dayOf(today);
    this.day = dayOf(wave.day);
    this.points = wave.history.map((point) => ({ day: dayOf(point.day), functions: point.functions }));
    this.now = this.points.at(-1) || { day: this.today, functions: wave.functions };
    this.width = width;
    // Without room for the rates at their lines, the sentence above says them.
    this.narrow = width < 640;
    this.height = this.narrow ? 280 : 360;
    this.margin = { top: 30, right: this.narrow ? 16 : 40, bottom: 28, left: 52 };
    this.scale();
  }

  scale() {
    const { margin, points } = this;
    const first = d3.min([...points.map((point) => point.day), this.day, daysAfter(this.today, -14)]);
    const last = daysAfter(d3.max([this.day, this.today]), 21);
    const most = d3.max([...points.map((point) => point.functions), this.now.functions, 1]);
    this.x = d3.scaleUtc([first, last], [margin.left, this.width - margin.right]);
    this.y = d3.scaleLinear([0, most * 1.08], [this.height - margin.bottom, margin.top]).nice();
    this.last = last;
  }

  node() {
    this.svg = d3.create("svg")
      .attr("viewBox", [0, 0, this.width, this.height])
      .attr("role", "img")
      .attr("aria-label", `Burn-down until ${this.wave.day}: ${this.wave.sentence}`);
    this.drawAxes();
    this.drawActual();
    this.drawNeeded();
    this.drawForecast();
    this.drawDays();
    return this.svg.node();
  }

  drawAxes() {
    const { margin } = this;
    const whole = this.y.ticks(5).filter(Number.isInteger);
    this.svg.append("g").selectAll("line").data(whole).join("line").attr("class", "grid")
      .attr("x1", margin.left).attr("x2", this.width - margin.right)
      .attr("y1", this.y).attr("y2", this.y);
    this.svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(this.y).tickValues(whole).tickFormat(d3.format(",d")).tickSize(0))
      .call((axis) => axis.select(".domain").remove());
    this.svg.append("g").attr("class", "axis")
      .attr("transform", `translate(0,${this.height - margin.bottom})`)
      .call(d3.axisBottom(this.x).ticks(this.narrow ? 4 : 9).tickSizeOuter(0)
        .tickFormat(d3.utcFormat("%b %Y")).tickArguments([d3.utcMonth.every(this.narrow ? 2 : 1)]));
  }

  drawActual() {
    if (!this.points.length) return;
    const { x, y } = this;
    const area = d3.area((point) => x(point.day), y(0), (point) => y(point.functions));
    const line = d3.line((point) => x(point.day), (point) => y(point.functions));
    this.svg.append("path").attr("class", "area").attr("d", area(this.points));
    this.svg.append("path").attr("class", "actual").attr("d", line(this.points));
    this.svg.append("circle").attr("class", "dot").attr("r", 4.5)
      .attr("cx", x(this.now.day)).attr("cy", y(this.now.functions));
    this.label(this.now.day, this.now.functions, spoken(this.now.functions), "today-label", "start", 8, -9);
  }

  drawNeeded() {
    const { wave } = this;
    if (wave.needed_per_week === null || !this.now.functions) return;
    this.straight("needed", this.day, 0);
    if (this.narrow) return;
    const middle = daysAfter(this.now.day, wave.days_left / 2);
    this.label(middle, this.now.functions / 2, `${spoken(wave.needed_per_week)} a week needed`,
      "needed-label", "end", -8, 16);
  }

  // As far as the chart goes: what is left then is what the label says.
  drawForecast() {
    const { wave } = this;
    if (wave.actual_per_week === null || !this.now.functions) return;
    const weeks = (this.last - this.now.day) / DAY / 7;
    const rest = this.now.functions - wave.actual_per_week * weeks;
    const end = rest >= 0 ? this.last : daysAfter(this.now.day, (this.now.functions / wave.actual_per_week) * 7);
    const height = Math.min(Math.max(rest, 0), this.y.domain()[1]);
    this.straight("forecast", end, height);
    if (this.narrow) return;
    const slope = (this.y(height) - this.y(this.now.functions)) / (this.x(end) - this.x(this.now.day));
    const ahead = this.day > this.today ? d3.min([end, this.day]) : end;
    const right = this.x(ahead) - 8;
    const left = Math.max(right - LABEL_WIDTH, this.x(this.now.day));
    this.svg.append("text").attr("class", "forecast-label").attr("text-anchor", "end")
      .attr("x", right)
      .attr("y", this.y(this.now.functions) + Math.max(slope, 0) * (left - this.x(this.now.day)) - 9)
      .text(`${spoken(wave.actual_per_week)} a week at present`);
  }

  drawDays() {
    this.upright(this.today, "today", "today", "today-label");
    this.upright(this.day, "deadline", this.wave.day, "deadline-label");
  }

  upright(day, kind, text, label) {
    this.svg.append("line").attr("class", kind).attr("x1", this.x(day)).attr("x2", this.x(day))
      .attr("y1", this.margin.top - 8).attr("y2", this.height - this.margin.bottom);
    this.svg.append("text").attr("class", label).attr("x", this.x(day)).attr("y", 14)
      .attr("text-anchor", "middle").text(text);
  }

  straight(kind, day, functions) {
    const line = d3.line((point) => this.x(point.day), (point) => this.y(point.functions));
    this.svg.append("path").attr("class", kind).attr("d", line([this.now, { day, functions }]));
  }

  label(day, functions, text, kind, anchor, right, down) {
    this.svg.append("text").attr("class", kind).attr("text-anchor", anchor)
      .attr("x", this.x(day) + right).attr("y", this.y(functions) + down).text(text);
  }
}
