// Draws the charts of a page from the numbers beside them, in the colours of the theme.
const language = document.documentElement.lang;
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const LENGTHS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function written(value, unit, currency) {
  if (value === null || value === undefined) return "–";
  const plain = (options) => new Intl.NumberFormat(language, options).format(value);
  if (unit === "share") return plain({ style: "percent", maximumFractionDigits: 1 });
  if (unit === "money" && currency) {
    const cents = value && Math.abs(value) < 10 ? { maximumFractionDigits: 4 } : { maximumSignificantDigits: 4 };
    return plain({ style: "currency", currency, ...cents });
  }
  if (unit !== "seconds") return plain({ maximumFractionDigits: unit === "count" ? 1 : 2 });
  const at = Math.max(0, LENGTHS.findIndex(([, length]) => Math.abs(value) >= length));
  const [name, length] = value ? LENGTHS[at] : LENGTHS[3];
  const options = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, options).format(value / length);
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000];

// Steps of an axis of time are lengths that people have a word for.
function stepOf(data) {
  if (data.unit !== "seconds") return undefined;
  const most = Math.max(data.target ?? 0, ...data.series.flatMap((each) => each.values));
  return STEPS.find((step) => most / step <= 6) ?? 2592000;
}

// Breaks a label into lines of so many letters; those of Chinese are twice as wide.
function lines(label, most) {
  const found = [""];
  let wide = 0;
  for (const word of label.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const width = /[\u2e80-\uffef]/.test(word) ? 2 : word.trimEnd().length;
    if (wide && wide + width > most) [found[found.length], wide] = ["", 0];
    found[found.length - 1] += word;
    wide += /[\u2e80-\uffef]/.test(word) ? 2 : word.length;
  }
  return found.map((line) => line.trim());
}

// The keys of a legend look like what they stand for: a line like a line, dashed or not, and a bar like a bar.
function keys(chart) {
  const style = (at) => ((chart.data.datasets[at].type ?? chart.config.type) === "line" ? "line" : "rectRounded");
  return Chart.defaults.plugins.legend.labels.generateLabels(chart).map((key) => ({ ...key, pointStyle: style(key.datasetIndex) }));
}

function settings(data, words, isStill) {
  const isLine = data.kind === "line", isAcross = data.kind === "across", isStacked = data.kind === "stacked";
  const datasets = data.series.map((each, at) => {
    const tint = colour(`series-${(at % 6) + 1}`);
    const dash = at >= 6 ? [6, 4] : [];
    const line = { borderColor: tint, backgroundColor: tint, borderDash: dash, borderWidth: 2, pointRadius: data.labels.length > 45 ? 0 : 3, cubicInterpolationMode: "monotone", spanGaps: false };
    const bar = { backgroundColor: tint, borderRadius: 4, maxBarThickness: 42 };
    return { label: each.name, data: each.values, ...(isLine ? line : bar) };
  });
  if (data.target !== null && !isAcross) {
    datasets.push({ type: "line", label: words.target, data: data.labels.map(() => data.target), borderColor: colour("muted"), borderDash: [3, 4], borderWidth: 1.5, pointRadius: 0, pointHitRadius: 0 });
  }
  const numbers = {
    beginAtZero: true, stacked: isStacked, grid: { color: colour("line") }, border: { display: false },
    ticks: { color: colour("muted"), maxTicksLimit: data.unit === "seconds" ? 8 : 6, stepSize: stepOf(data), precision: data.unit === "count" ? 0 : undefined, callback: (value) => written(value, data.unit, data.currency) },
  };
  const labels = { stacked: isStacked, grid: { display: false }, border: { color: colour("line") }, ticks: { color: colour("muted"), maxRotation: 0, autoSkipPadding: 12 } };
  return {
    type: isLine ? "line" : "bar",
    data: { labels: data.labels, datasets },
    options: {
      indexAxis: isAcross ? "y" : "x", maintainAspectRatio: false, animation: isCalm || isStill ? false : { duration: 250 },
      interaction: { mode: "index", intersect: false, axis: isAcross ? "y" : "x" },
      scales: isAcross ? { x: numbers, y: { ...labels, ticks: { color: colour("muted"), autoSkip: false, callback: (at) => data.broken[at] } } } : { x: labels, y: numbers },
      onClick: (_event, hit) => { const href = hit.length && data.hrefs[hit[0].index]; if (href) location.assign(href); },
      onHover: (event, hit) => { event.native.target.style.cursor = hit.length && data.hrefs.length ? "pointer" : ""; },
      plugins: {
        legend: { display: datasets.length > 1, labels: { color: colour("ink"), usePointStyle: true, boxHeight: 7, pointStyleWidth: 18, generateLabels: keys } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${written(item.raw, data.unit, data.currency)}` } },
      },
    },
  };
}

const drawn = [];

function draw(isStill) {
  for (const chart of drawn.splice(0)) chart.destroy();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    if (data.kind === "across") {
      const letters = Math.max(14, Math.floor(canvas.parentElement.clientWidth / 20));
      data.broken = data.labels.map((label) => lines(label, letters));
      const tallest = Math.max(...data.broken.map((label) => label.length));
      canvas.parentElement.style.height = `${Math.max(6, Math.max(2.2, tallest + 0.8) * data.labels.length + 3)}rem`;
    }
    drawn.push(new Chart(canvas, settings(data, canvas.dataset, isStill)));
  }
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());

// On paper they are drawn in the light theme.
const root = document.documentElement, theme = root.dataset.theme;
for (const [event, on] of [["beforeprint", "light"], ["afterprint", theme]]) {
  addEventListener(event, () => {
    root.dataset.theme = on;
    draw(true);
  });
}
