// transformers.js on onnxruntime-node, as its documentation has it. Started by `argus bench peers`:
//
//   node peer.js EXPORT_DIRECTORY THREADS
//
// Says what it is, then answers each line of standard input, a JSON object, one after another, by lines that are JSON objects:
//
//   {"do": "prepare", "picture": FILE, "text": TEXT, "pixels": FILE}
//       -> {"ids": [..], "shape": [..]}, and the pixel values, float32 and little-endian, in the file
//   {"do": "answer", "picture": FILE, "text": TEXT, "tokens": N}
//       -> {"token": ID} as soon as each is there, then {"tokens": N}
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AutoModelForVision2Seq, AutoProcessor, RawImage, env } from '@huggingface/transformers';

const directory = resolve(process.argv[2]);
const threads = Number(process.argv[3]);

env.allowRemoteModels = false;
env.localModelPath = dirname(directory);
const processor = await AutoProcessor.from_pretrained(basename(directory));
const model = await AutoModelForVision2Seq.from_pretrained(basename(directory), {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
});

// transformers.js knows a template in chat_template.jinja or tokenizer_config.json, not one in chat_template.json.
const templateFile = resolve(directory, 'chat_template.json');
const template = existsSync(templateFile) ? JSON.parse(readFileSync(templateFile)).chat_template : null;

const modules = resolve(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const version = (name) => JSON.parse(readFileSync(resolve(modules, name, 'package.json'))).version;

/** The answer's ids as they come; the first call is the prompt. */
class Streamer {
  #prompt = true;

  put(tokens) {
    if (this.#prompt) {
      this.#prompt = false;
    } else {
      tell({ token: Number(tokens[0][0]) });
    }
  }

  end() {}
}

function tell(answer) {
  process.stdout.write(JSON.stringify(answer) + '\n');
}

async function prepare(question) {
  const messages = [
    { role: 'user', content: [{ type: 'image' }, { type: 'text', text: question.text }] },
  ];
  const prompt = processor.apply_chat_template(messages, {
    add_generation_prompt: true,
    chat_template: template,
  });
  const picture = await RawImage.read(question.picture);
  return processor(prompt, [picture]);
}

async function respond(question) {
  const inputs = await prepare(question);
  if (question.do === 'prepare') {
    const pixels = inputs.pixel_values;
    writeFileSync(question.pixels, new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength));
    tell({ ids: Array.from(inputs.input_ids.data, Number), shape: pixels.dims });
  } else {
    await model.generate({
      ...inputs,
      do_sample: false,
      max_new_tokens: question.tokens,
      min_new_tokens: question.tokens,
      eos_token_id: -1,
      streamer: new Streamer(),
    });
    tell({ tokens: question.tokens });
  }
}

tell({ name: `transformers.js ${version('@huggingface/transformers')}, onnxruntime-node ${version('onnxruntime-node')}` });
for await (const line of createInterface({ input: process.stdin })) {
  await respond(JSON.parse(line));
}
