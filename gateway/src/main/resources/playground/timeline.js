/** Draws where a request's time went: a lane for each thing that a stage does. */

const STAGES = ['gateway', 'preprocess', 'encoder', 'decoder'];
const LEFT = 170, WIDTH = 700, ROW = 22, TICKS = 5;
const SVG = 'http://www.w3.org/2000/svg';

export function timeline(anatomy) {
  const lanes = new Map();
  const sorted = [...anatomy.activities].sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || a.start_ms - b.start_ms);
  for (const activity of sorted) {
    const name = `${activity.stage}: ${activity.kind.replaceAll('_', ' ')}`;
    lanes.set(name, [...(lanes.get(name) ?? []), activity]);
  }
  const total = Math.max(anatomy.total_ms, 0.001);
  const x = ms => LEFT + WIDTH * ms / total;
  const bottom = ROW * lanes.size;
  const said = [...lanes].map(([name, activities]) => `${name} ${busy(activities).toFixed(1)} ms`).join(', ');
  const svg = element('svg', {viewBox: `0 0 ${LEFT + WIDTH + 30} ${bottom + ROW}`, role: 'img', 'aria-label': said});
  for (let tick = 0; tick <= TICKS; tick++) {
    const ms = total * tick / TICKS;
    svg.append(element('line', {x1: x(ms), x2: x(ms), y1: 0, y2: bottom}));
    svg.append(text({x: x(ms), y: bottom + 15, 'text-anchor': 'middle', class: 'soft'}, `${ms.toFixed(total < 20 ? 1 : 0)} ms`));
  }
  [...lanes].forEach(([name, activities], row) => {
    svg.append(text({x: LEFT - 10, y: row * ROW + 15, 'text-anchor': 'end'}, name));
    for (const activity of activities) {
      const bar = element('rect', {
        x: x(activity.start_ms), y: row * ROW + 4, height: ROW - 8, rx: 2,
        width: Math.max(1.5, WIDTH * activity.duration_ms / total), fill: `var(--${activity.stage})`,
      });
      const title = element('title', {});
      title.textContent = `${name}: ${activity.duration_ms.toFixed(2)} ms from ${activity.start_ms.toFixed(2)} ms on, ${activity.items} items`;
      bar.append(title);
      svg.append(bar);
    }
  });
  if (anatomy.ttft_ms > 0) {
    svg.append(element('line', {class: 'first', x1: x(anatomy.ttft_ms), x2: x(anatomy.ttft_ms), y1: 0, y2: bottom}));
  }
  return svg;
}

function busy(activities) {
  return activities.reduce((sum, activity) => sum + activity.duration_ms, 0);
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function text(attributes, content) {
  const made = element('text', attributes);
  made.textContent = content;
  return made;
}
