/** Talks to the gateway. */

export async function models() {
  const response = await fetch('v1/models');
  if (!response.ok) throw await failure(response);
  return (await response.json()).data.map(model => model.id);
}

/**
 * Asks, and yields the answer's parts as they come: {text}, {region}, and at last {end: {finishReason, argus}} and {usage}.
 *
 * @throws Error with what the server said, or an AbortError
 */
export async function* ask(request, signal) {
  const response = await fetch('v1/chat/completions', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({...request, stream: true, stream_options: {include_usage: true}}),
    signal,
  });
  if (!response.ok) throw await failure(response);
  for await (const data of events(response.body)) {
    if (data === '[DONE]') return;
    const chunk = JSON.parse(data);
    if (chunk.error) throw new Error(chunk.error.message);
    yield* parts(chunk);
  }
  throw new Error('The answer broke off.');
}

function* parts(chunk) {
  const choice = chunk.choices[0];
  if (choice?.delta?.content) yield {text: choice.delta.content};
  if (chunk.argus?.region) yield {region: chunk.argus.region};
  if (choice?.finish_reason) yield {end: {finishReason: choice.finish_reason, argus: chunk.argus}};
  if (chunk.usage) yield {usage: chunk.usage};
}

/** The data of server-sent events. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data:')) yield line.slice(5).trim();
    }
  }
}

async function failure(response) {
  const text = await response.text();
  try {
    const {message, param} = JSON.parse(text).error;
    return new Error(param ? `${param}: ${message}` : message);
  } catch {
    return new Error(`The server said ${response.status}: ${text.slice(0, 200)}`);
  }
}
