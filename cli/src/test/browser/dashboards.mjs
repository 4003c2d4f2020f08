// Draws Grafana's dashboards without Grafana, from what a Prometheus holds, and has Chromium take their pictures.
// Environment: PROMETHEUS, its URL; DASHBOARDS, a folder of JSON files; DASHBOARD_PICTURES, where to; CHROMIUM.
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {chromium} from 'playwright-core';

const {PROMETHEUS, DASHBOARDS, DASHBOARD_PICTURES, CHROMIUM = '/usr/bin/chromium'} = process.env;
const SECONDS = Number(process.env.SECONDS ?? 60);
const COLORS = ['#1f77b4', '#2ca02c', '#d62728', '#ff7f0e', '#9467bd', '#17becf', '#8c564b', '#e377c2'];
const VARIABLES = {$__rate_interval: '10s', $namespace: '.*', $cpu_price: '0.1', $gpu_price: '1.2'};
const UNITS = {s: v => v < 1 ? `${+(v * 1000).toPrecision(3)} ms` : `${+v.toPrecision(3)} s`, ms: v => `${+v.toPrecision(3)} ms`,
  percentunit: v => `${+(v * 100).toPrecision(3)} %`, bytes: v => `${+(v / 1048576).toPrecision(3)} MiB`, currencyUSD: v => `$${+v.toPrecision(3)}`};

async function series(target, end) {
  let query = target.expr;
  for (const [name, value] of Object.entries(VARIABLES)) query = query.replaceAll(name, value);
  const parameters = new URLSearchParams({query, start: end - SECONDS, end, step: 1});
  const answer = await (await fetch(`${PROMETHEUS}/api/v1/query_range?${parameters}`)).json();
  if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
  return answer.data.result.map(({metric, values}) => ({
    name: target.legendFormat.replace(/{{(\w+)}}/g, (_, label) => metric[label] ?? ''),
    points: values.map(([time, value]) => [time, Number(value)]).filter(([, value]) => Number.isFinite(value)),
  }));
}

function chart(panel, lines, end) {
  const unit = UNITS[panel.fieldConfig.defaults.unit] ?? (v => `${+v.toPrecision(3)}`);
  const stacked = panel.fieldConfig.defaults.custom?.stacking;
  if (stacked) {
    const sums = new Map();
    lines = lines.map(line => ({...line, points: line.points.map(([t, v]) => {
      sums.set(t, (sums.get(t) ?? 0) + v);
      return [t, sums.get(t)];
    })})).reverse();
  }
  const width = 55 * panel.gridPos.w, height = 200;
  const top = (Math.max(0, ...lines.flatMap(line => line.points.map(([, v]) => v))) || 1) * 1.05;
  const x = t => 60 + (width - 75) * (t - end + SECONDS) / SECONDS, y = v => height - 15 - (height - 25) * v / top;
  const grid = [0, 0.5, 1].map(part => `<line x1="60" x2="${width - 15}" y1="${y(top * part)}" y2="${y(top * part)}"/>
    <text x="55" y="${y(top * part) + 4}" text-anchor="end">${unit(top * part)}</text>`).join('');
  const color = i => COLORS[(stacked ? lines.length - 1 - i : i) % COLORS.length];
  const curves = lines.map(({points}, i) => points.length === 0 ? '' : `<path fill="${stacked ? color(i) : 'none'}" fill-opacity=".5" stroke="${color(i)}" stroke-width="2"
    d="M${points.map(([t, v]) => `${x(t)} ${y(v)}`).join('L')}${stacked ? `L${x(points.at(-1)[0])} ${y(0)}L${x(points[0][0])} ${y(0)}Z` : ''}"/>`).join('');
  const legend = lines.map(({name}, i) => `<span><i style="background:${color(i)}"></i>${name.replaceAll('<', '&lt;')}</span>`).join('');
  return `<article style="grid-column:span ${panel.gridPos.w}" title="${panel.description}"><h2>${panel.title}</h2>
    <svg viewBox="0 0 ${width} ${height}">${grid}${curves}</svg><p>${legend}</p></article>`;
}

const browser = await chromium.launch({executablePath: CHROMIUM, args: ['--no-sandbox']});
const page = await browser.newPage({viewport: {width: 1400, height: 700}});
for (const file of (await readdir(DASHBOARDS)).sort()) {
  const dashboard = JSON.parse(await readFile(path.join(DASHBOARDS, file), 'utf8'));
  const end = Math.floor(Date.now() / 1000);
  const panels = [];
  for (const panel of dashboard.panels) {
    panels.push(chart(panel, (await Promise.all(panel.targets.map(target => series(target, end)))).flat(), end));
  }
  await page.setContent(`<!doctype html><style>
    body { font: 14px system-ui, sans-serif; margin: 16px; } h1 { font-size: 18px; } main { display: grid; grid-template-columns: repeat(24, 1fr); gap: 10px; }
    article { border: 1px solid #ccc; border-radius: 6px; padding: 8px; } h2 { font-size: 14px; margin: 0 0 4px; } svg { width: 100%; font: 10px system-ui, sans-serif; }
    line { stroke: #ddd; } p { margin: 0; font-size: 12px; } span { margin-right: 12px; } i { display: inline-block; width: 10px; height: 10px; margin-right: 4px; }
    </style><h1>${dashboard.title}</h1><p>${dashboard.description}</p><main>${panels.join('')}</main>`);
  await page.screenshot({path: path.join(DASHBOARD_PICTURES, file.replace('.json', '.png')), fullPage: true});
}
await browser.close();
