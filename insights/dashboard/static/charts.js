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
  if (unit === "money" && currency) return plain({ style: "currency", currency, maximumSignificantDigits: 4 });
  if (unit !== "seconds") return plain({ maximumFractionDigits: unit === "count" ? 1 : 2 });
  const at = Math.max(0, LENGTHS.findIndex(([, length]) => Math.abs(value) >= length));
  const [name, length] = value ? LENGTHS[at] : LENGTHS[3];
  const options = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, options).format(value / length);
}

function settings(data, words) {
  const isLine = data.kind === "line", isAcross = data.kind === "across", isStacked = data.kind === "stacked";
  const datasets = data.series.map((each, at) => {
    const tint = colour(`series-${(at % 6) + 1}`);
    const dash = at >= 6 ? [6, 4] : [];
    const line = { borderColor: tint, backgroundColor: tint, borderDash: dash, borderWidth: 2, pointRadius: data.labels.length > 45 ? 0 : 3, tension: 0.25, spanGaps: false };
    const bar = { backgroundColor: tint, borderRadius: 4, maxBarThickness: 42 };
    return { label: each.name, data: each.values, ...(isLine ? line : bar) };
  });
  if (data.target !== null && !isAcross) {
    datasets.push({ type: "line", label: words.target, data: data.labels.map(() => data.target), borderColor: colour("muted"), borderDash: [3, 4], borderWidth: 1.5, pointRadius: 0, pointHitRadius: 0 });
  }
  const numbers = {
    beginAtZero: true, stacked: isStacked, grid: { color: colour("line") }, border: { display: false },
    ticks: { color: colour("muted"), maxTicksLimit: 6, precision: data.unit === "count" ? 0 : undefined, callback: (value) => written(value, data.unit, data.currency) },
  };
  const labels = { stacked: isStacked, grid: { display: false }, border: { color: colour("line") }, ticks: { color: colour("muted"), maxRotation: 0, autoSkipPadding: 12 } };
  return {
    type: isLine ? "line" : "bar",
    data: { labels: data.labels, datasets },
    options: {
      indexAxis: isAcross ? "y" : "x", maintainAspectRatio: false, animation: isCalm ? false : { duration: 250 },
      interaction: { mode: "index", intersect: false, axis: isAcross ? "y" : "x" },
      scales: isAcross ? { x: numbers, y: { ...labels, ticks: { color: colour("muted"), autoSkip: false } } } : { x: labels, y: numbers },
      onClick: (_event, hit) => { const href = hit.length && data.hrefs[hit[0].index]; if (href) location.assign(href); },
      onHover: (event, hit) => { event.native.target.style.cursor = hit.length && data.hrefs.length ? "pointer" : ""; },
      plugins: {
        legend: { display: datasets.length > 1, labels: { color: colour("ink"), usePointStyle: true, boxHeight: 7 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${written(item.raw, data.unit, data.currency)}` } },
      },
    },
  };
}

const drawn = [];

function draw() {
  for (const chart of drawn.splice(0)) chart.destroy();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    if (data.kind === "across") canvas.parentElement.style.height = `${Math.max(6, 2.2 * data.labels.length + 3)}rem`;
    drawn.push(new Chart(canvas, settings(data, canvas.dataset)));
  }
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
