// OpenAI's own client, unmodified, against a running Argus. Says "ok NAME" for each check that holds; ends with 1 when one does not.
//
//   BASE_URL=http://localhost:8080/v1 METRICS_URL=http://localhost:9464/metrics MODEL=argus-tiny ENDLESS_MODEL=... PICTURE=FILE \
//     node client.mjs [CHECK...]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import OpenAI, { APIError, APIUserAbortError, BadRequestError, NotFoundError } from "openai";

const { BASE_URL, METRICS_URL, MODEL, ENDLESS_MODEL, PICTURE } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: "none", maxRetries: 0 });
const picture = `data:image/png;base64,${readFileSync(PICTURE).toString("base64")}`;

const about = (text, detail = "auto") => ({
  role: "user",
  content: [
    { type: "image_url", image_url: { url: picture, detail } },
    { type: "text", text },
  ],
});
const describe = { model: MODEL, messages: [about("Describe the picture.")], max_tokens: 64, temperature: 0 };
const endless = {
  model: ENDLESS_MODEL,
  messages: [{ role: "user", content: "Go on." }],
  max_tokens: 4000,
  ignore_eos: true,
  stream: true,
};

async function failure(promise, type) {
  const error = await promise.then(() => assert.fail("it did not fail"), (e) => e);
  assert.ok(error instanceof type, `${error?.constructor?.name}: ${error?.message}`);
  return error;
}

/** The sum of a metric's series whose labels match. */
async function metric(name, labels = "") {
  const series = (await (await fetch(METRICS_URL)).text()).matchAll(new RegExp(`^${name}\\{[^}]*${labels}[^}]*\\} (\\S+)`, "gm"));
  return [...series].reduce((sum, [, value]) => sum + Number(value), 0);
}

const slotsInUse = () => metric("argus_decoder_slots_used");
const cancelled = () => metric("argus_gateway_requests_total", 'outcome="cancelled"');

async function cancelledComeTo(number) {
  for (const end = Date.now() + 5000; (await cancelled()) !== number; ) {
    assert.ok(Date.now() < end, `${await cancelled()} requests were cancelled, not ${number}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function slotsComeTo(number) {
  for (const end = Date.now() + 5000; (await slotsInUse()) !== number; ) {
    assert.ok(Date.now() < end, `${await slotsInUse()} slots are in use, not ${number}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const checks = {
  async models() {
    const names = (await client.models.list()).data.map((model) => model.id);
    assert.deepEqual(names, [MODEL, ENDLESS_MODEL]);
    assert.equal((await client.models.retrieve(MODEL)).object, "model");
  },

  async whole() {
    const answer = await client.chat.completions.create(describe);
    assert.equal(answer.object, "chat.completion");
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer._request_id, answer.id);
    assert.equal(answer.model, MODEL);
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0].message.role, "assistant");
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
  },

  async image() {
    const answer = await client.chat.completions.create(describe);
    assert.match(answer.choices[0].message.content, /circle|triangle|star|square|hexagon|diamond|cross/);
    const low = await client.chat.completions.create({ ...describe, messages: [about("Describe the picture.", "low")] });
    assert.ok(low.usage.prompt_tokens_details.image_tokens <= answer.usage.prompt_tokens_details.image_tokens);
    await client.chat.completions.create({ ...describe, messages: [about("Describe the picture.", "high")] });
  },

  async streaming() {
    const whole = await client.chat.completions.create(describe);
    const stream = await client.chat.completions.create({ ...describe, stream: true });
    let text = "";
    const reasons = [];
    for await (const chunk of stream) {
      assert.equal(chunk.object, "chat.completion.chunk");
      assert.equal(chunk.usage, undefined);
      text += chunk.choices[0].delta.content ?? "";
      if (chunk.choices[0].finish_reason) reasons.push(chunk.choices[0].finish_reason);
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.deepEqual(reasons, ["stop"]);
    const helper = client.chat.completions.stream(describe);
    assert.equal(await helper.finalContent(), text);
    assert.equal((await helper.finalChatCompletion()).choices[0].finish_reason, "stop");
  },

  async usage() {
    const { usage, argus } = await client.chat.completions.create(describe);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.ok(usage.prompt_tokens_details.image_tokens > 0);
    assert.ok(usage.prompt_tokens_details.cached_tokens >= 0);
    assert.ok(argus.anatomy.total_ms >= argus.anatomy.ttft_ms && argus.anatomy.ttft_ms > 0);
    assert.ok(argus.anatomy.activities.some((activity) => activity.stage === "decoder" && activity.kind === "prefill"));
    const stream = await client.chat.completions.create({ ...describe, stream: true, stream_options: { include_usage: true } });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(chunks.at(-1).usage.completion_tokens, usage.completion_tokens);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
  },

  async logprobs() {
    const answer = await client.chat.completions.create({ ...describe, max_tokens: 3, logprobs: true, top_logprobs: 2 });
    const tokens = answer.choices[0].logprobs.content;
    assert.equal(tokens.length, 3);
    assert.ok(tokens.every((token) => token.logprob <= 0 && token.top_logprobs.length === 2));
    assert.equal(answer.choices[0].finish_reason, "length");
  },

  async stop_and_seed() {
    const whole = (await client.chat.completions.create(describe)).choices[0].message.content;
    const stop = whole.split(" ").at(-1);
    const cut = await client.chat.completions.create({ ...describe, stop: [stop] });
    assert.equal(cut.choices[0].message.content, whole.slice(0, whole.indexOf(stop)));
    const warm = { ...describe, temperature: 2, seed: 7 };
    const draw = async () => (await client.chat.completions.create(warm)).choices[0].message.content;
    assert.equal(await draw(), await draw());
  },

  async json_schema() {
    const schema = {
      type: "object",
      properties: { shape: { type: "string", enum: ["circle", "square"] }, count: { type: "integer" } },
      required: ["shape", "count"],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.create({
      ...describe,
      response_format: { type: "json_schema", json_schema: { name: "shape", strict: true, schema } },
    });
    const value = JSON.parse(answer.choices[0].message.content);
    assert.deepEqual(Object.keys(value), ["shape", "count"]);
    assert.ok(["circle", "square"].includes(value.shape) && Number.isInteger(value.count));
  },

  async error() {
    const hot = await failure(client.chat.completions.create({ ...describe, temperature: 3 }), BadRequestError);
    assert.equal(hot.param, "temperature");
    assert.equal(hot.type, "invalid_request_error");
    assert.match(hot.message, /temperature is 3/);
    const missing = await failure(client.chat.completions.create({ ...describe, model: "gpt-4o" }), NotFoundError);
    assert.equal(missing.code, "model_not_found");
    const broken = structuredClone(describe);
    broken.messages[0].content[0].image_url.url = "data:image/png;base64,AAAA";
    const image = await failure(client.chat.completions.create({ ...broken, stream: true }), BadRequestError);
    assert.equal(image.param, "messages[0].content[0].image_url.url");
    broken.messages[0].content[0].image_url.url = "http://169.254.169.254/latest/meta-data";
    const forbidden = await failure(client.chat.completions.create(broken), BadRequestError);
    assert.equal(forbidden.param, "messages[0].content[0].image_url.url");
    const path = await failure(client.embeddings.create({ model: MODEL, input: "a" }), NotFoundError);
    assert.equal(path.code, "unknown_url");
    assert.ok(path instanceof APIError);
  },

  async abort() {
    const before = await cancelled();
    const stream = await client.chat.completions.create(endless);
    let chunks = 0;
    for await (const _ of stream) {
      if (++chunks === 3) {
        assert.equal(await slotsInUse(), 1);
        stream.controller.abort();
      }
    }
    await slotsComeTo(0);
    await cancelledComeTo(before + 1);

    const leaving = new AbortController();
    const whole = client.chat.completions.create({ ...endless, stream: false }, { signal: leaving.signal });
    whole.catch(() => {}); // It is looked at below.
    await slotsComeTo(1);
    leaving.abort();
    await failure(whole, APIUserAbortError);
    await slotsComeTo(0);
    await cancelledComeTo(before + 2);
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(checks)) {
  try {
    await checks[name]();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}: ${error.stack}`);
    process.exitCode = 1;
  }
}
