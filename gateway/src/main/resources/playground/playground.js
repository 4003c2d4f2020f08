import {ask, models} from './answer.js';
import {Boxes} from './boxes.js';
import {snippets} from './snippets.js';
import {timeline} from './timeline.js';

const SAMPLES = [
  ['four-shapes.png', 'Four shapes'],
  ['busy.jpg', 'Eight shapes, three with letters'],
  ['noisy.jpg', 'Letters, in noise'],
  ['panorama.jpg', 'A wide picture'],
];
const SUGGESTIONS = [
  ['Describe this image.', 'text'],
  ['Caption every region.', 'regions'],
  ['How many shapes are there?', 'text'],
  ['Read the text.', 'text'],
];
const SCHEMA = {
  type: 'object',
  properties: {count: {type: 'integer', minimum: 0, maximum: 9}, summary: {type: 'string', maxLength: 60}},
  required: ['count', 'summary'],
  additionalProperties: false,
};

const $ = id => document.getElementById(id);
const boxes = new Boxes($('boxes'), $('regions'));

/** The picture: its name, media type and data: URL; null before one is chosen. */
let picture = null;
/** Earlier questions and answers about it, as the API has them. */
let history = [];
/** Stops the answer that is running; null when none is. */
let running = null;
let language = 'curl';

function setPicture(file) {
  if (!file.type.startsWith('image/')) {
    showError(`${file.name} is not a picture: JPEG, PNG, WebP, GIF and BMP files are.`);
    return;
  }
  const reader = new FileReader();
  reader.onload = () => {
    picture = {name: file.name, type: file.type, url: reader.result};
    $('picture').src = picture.url;
    $('picture').alt = `The picture that you ask about: ${file.name}`;
    $('figure').hidden = false;
    $('hint').textContent = `${file.name}, ${(file.size / 1024).toFixed(0)} KiB. Drop another to change it.`;
    reset();
  };
  reader.onerror = () => showError(`${file.name} cannot be read.`);
  reader.readAsDataURL(file);
}

function reset() {
  running?.abort();
  history = [];
  $('conversation').replaceChildren();
  $('time').hidden = true;
  boxes.clear();
  showError(null);
  showCode();
}

/** The request that the form describes. */
function request() {
  const text = {type: 'text', text: $('question').value.trim()};
  const first = history.length === 0 && picture;
  const question = {role: 'user', content: first ? [{type: 'image_url', image_url: {url: picture.url}}, text] : text.text};
  return {
    ...($('model').value && {model: $('model').value}),
    messages: [...history, question],
    max_tokens: Number($('max-tokens').value),
    temperature: Number($('temperature').value),
    ...format(),
  };
}

function format() {
  switch ($('format').value) {
    case 'regions': return {argus: {response_format: {type: 'regions'}}};
    case 'choice': return {argus: {response_format: {type: 'choice', choice: $('choices').value.split('\n').map(line => line.trim()).filter(Boolean)}}};
    case 'json': return {response_format: {type: 'json_schema', json_schema: {name: 'answer', schema: JSON.parse($('schema').value)}}};
    default: return {};
  }
}

async function submit() {
  if (running || !$('form').reportValidity()) return;
  showError(null);
  let asked;
  try {
    asked = request();
  } catch (problem) {
    showError(`The JSON Schema is no JSON: ${problem.message}`);
    return;
  }
  boxes.clear();
  say('user', $('question').value.trim());
  const answer = say('assistant', '');
  setRunning(new AbortController());
  const mine = running;
  const start = performance.now();
  let ttft = 0;
  let end = null;
  let usage = null;
  try {
    for await (const part of ask(asked, mine.signal)) {
      if (part.text) {
        ttft ||= performance.now() - start;
        answer.textContent = (answer.textContent + part.text).trimStart();
      }
      if (part.region) boxes.add(part.region);
      end = part.end ?? end;
      usage = part.usage ?? usage;
    }
    history = [...asked.messages, {role: 'assistant', content: answer.textContent}];
    showTime(end, usage, ttft);
  } catch (problem) {
    if (problem.name !== 'AbortError') showError(problem.message);
  } finally {
    answer.classList.remove('running');
    if (running === mine) setRunning(null);
    showCode(asked);
  }
}

function setRunning(controller) {
  running = controller;
  $('ask').disabled = Boolean(controller);
  $('stop').hidden = !controller;
}

function say(role, text) {
  const said = document.createElement('p');
  said.className = role === 'assistant' ? 'assistant running' : role;
  said.textContent = text;
  $('conversation').append(said);
  return said;
}

function showTime(end, usage, ttft) {
  const {anatomy} = end.argus;
  const tokens = usage.completion_tokens;
  const seconds = (anatomy.total_ms - anatomy.ttft_ms) / 1000;
  const figures = [
    [`${anatomy.ttft_ms.toFixed(0)} ms`, `to the first token (${ttft.toFixed(0)} ms seen here)`],
    [tokens > 1 && seconds > 0 ? `${((tokens - 1) / seconds).toFixed(0)}/s` : '-', `then, ${tokens} tokens in all`],
    [usage.prompt_tokens, `prompt tokens, ${usage.prompt_tokens_details.image_tokens} of the picture, ${usage.prompt_tokens_details.cached_tokens} cached`],
    [end.argus.usage.tiles, `${end.argus.usage.tiles === 1 ? 'tile' : 'tiles'}, ${end.argus.usage.cached_tiles} cached`],
  ];
  if (end.finishReason === 'length') figures.push(['cut', 'at the most tokens']);
  $('figures').replaceChildren(...figures.map(([figure, what]) => {
    const span = document.createElement('span');
    const strong = document.createElement('b');
    strong.textContent = figure;
    span.append(strong, ` ${what}`);
    return span;
  }));
  $('timeline').replaceChildren(timeline(anatomy));
  $('time').hidden = false;
}

/** Shows a request that was made, else the one that the form describes. */
function showCode(asked) {
  try {
    $('code').textContent = snippets[language]({origin: location.origin, host: location.hostname, picture, request: asked ?? request()});
  } catch {
    $('code').textContent = 'The JSON Schema is no JSON.';
  }
}

function showError(message) {
  $('error').hidden = !message;
  $('error').textContent = message ?? '';
}

function showFields() {
  $('json-field').hidden = $('format').value !== 'json';
  $('choice-field').hidden = $('format').value !== 'choice';
  showCode();
}

function choose(tab) {
  for (const each of $('tabs').children) {
    const chosen = each === tab;
    each.setAttribute('aria-selected', chosen);
    each.tabIndex = chosen ? 0 : -1;
  }
  language = tab.id.slice('tab-'.length);
  $('code').setAttribute('aria-labelledby', tab.id);
  showCode();
}

async function useSample(file) {
  const blob = await (await fetch(`samples/${file}`)).blob();
  setPicture(new File([blob], file, {type: blob.type}));
}

function button(label, act, ...content) {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(...content);
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

for (const [file, title] of SAMPLES) {
  const image = new Image();
  image.src = `samples/${file}`;
  image.alt = '';
  $('samples').append(button(`Sample: ${title}`, () => useSample(file), image));
}
for (const [text, form] of SUGGESTIONS) {
  $('suggestions').append(button(null, () => {
    $('question').value = text;
    $('format').value = form;
    showFields();
  }, text));
}
$('schema').value = JSON.stringify(SCHEMA, null, 2);

$('file').addEventListener('change', event => event.target.files[0] && setPicture(event.target.files[0]));
addEventListener('paste', event => event.clipboardData.files[0] && setPicture(event.clipboardData.files[0]));
for (const type of ['dragover', 'dragleave', 'drop']) {
  addEventListener(type, event => {
    event.preventDefault();
    $('drop').classList.toggle('over', type === 'dragover');
    if (type === 'drop' && event.dataTransfer.files[0]) setPicture(event.dataTransfer.files[0]);
  });
}
$('form').addEventListener('submit', event => {
  event.preventDefault();
  submit();
});
$('form').addEventListener('input', showFields);
$('question').addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
});
$('model').addEventListener('change', () => showCode());
$('stop').addEventListener('click', () => running?.abort());
$('reset').addEventListener('click', reset);
$('tabs').addEventListener('click', event => event.target.role === 'tab' && choose(event.target));
$('tabs').addEventListener('keydown', event => {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (!step) return;
  const tabs = [...$('tabs').children];
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  choose(next);
  next.focus();
});
$('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText($('code').textContent);
  $('copy').textContent = 'Copied';
  setTimeout(() => $('copy').textContent = 'Copy', 1500);
});

models().then(names => {
  $('model').append(...names.map(name => new Option(name, name)));
  showCode();
}).catch(problem => showError(problem.message));
useSample(SAMPLES[0][0]);
