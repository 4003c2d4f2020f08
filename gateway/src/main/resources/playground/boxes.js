/** Regions: boxes on the picture and a list of their labels, each lighting up the other. */

const COLORS = ['#e6194b', '#1f9d3a', '#f2a900', '#3f63d8', '#f58231', '#911eb4', '#18a9b8', '#d233c4'];
const SVG = 'http://www.w3.org/2000/svg';

export class Boxes {
  #boxes;
  #list;

  constructor(boxes, list) {
    this.#boxes = boxes;
    this.#list = list;
  }

  clear() {
    this.#boxes.replaceChildren();
    this.#list.replaceChildren();
  }

  add(region) {
    const color = COLORS[this.#list.children.length % COLORS.length];
    const box = region.normalized_box;
    const rect = document.createElementNS(SVG, 'rect');
    const place = {x: box.x_min, y: box.y_min, width: box.x_max - box.x_min, height: box.y_max - box.y_min, stroke: color};
    for (const [name, value] of Object.entries(place)) rect.setAttribute(name, value);
    const sure = `${Math.round(100 * region.confidence)} %`;
    const pixels = region.box;
    const corners = [pixels.x_min, pixels.y_min, pixels.x_max, pixels.y_max].map(Math.round).join(', ');
    const title = document.createElementNS(SVG, 'title');
    title.textContent = `${region.label}, ${sure} sure`;
    rect.append(title);
    this.#boxes.append(rect);

    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.style.setProperty('--mark', color);
    const about = document.createElement('small');
    about.textContent = ` ${sure} · ${corners}`;
    button.append(region.label, about);
    button.setAttribute('aria-label', `${region.label}, ${sure} sure, in pixels ${corners}`);
    item.append(button);
    this.#list.append(item);
    for (const each of [rect, button]) {
      each.addEventListener('pointerenter', () => mark(true));
      each.addEventListener('pointerleave', () => mark(false));
    }
    button.addEventListener('focus', () => mark(true));
    button.addEventListener('blur', () => mark(false));

    function mark(on) {
      rect.classList.toggle('on', on);
      button.classList.toggle('on', on);
    }
  }
}
