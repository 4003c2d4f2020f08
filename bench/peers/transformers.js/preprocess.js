// SmolVLM's tiles by transformers.js' own image processor. Started by `argus bench preprocess`:
//
//   node preprocess.js
//
// Says what it is, then answers each line of standard input, the name of a JPEG file, by how many tiles it made of it: float32,
// normalised, [tiles, 3, 512, 512]. A file is read once, so that what is timed begins with its bytes in memory.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Idefics3ImageProcessor, RawImage } from '@huggingface/transformers';

// SmolVLM's preprocessor_config.json.
const processor = new Idefics3ImageProcessor({
  do_convert_rgb: true,
  do_resize: true,
  size: { longest_edge: 2048 },
  resample: 1, // Lanczos.
  do_image_splitting: true,
  max_image_size: { longest_edge: 512 },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
  do_pad: true,
});

const modules = resolve(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const { version } = JSON.parse(readFileSync(resolve(modules, '@huggingface/transformers/package.json')));
process.stdout.write(`transformers.js ${version}\n`);

const files = new Map();
for await (const name of createInterface({ input: process.stdin })) {
  if (!files.has(name)) {
    files.set(name, new Blob([readFileSync(name)]));
  }
  const { pixel_values: tiles } = await processor(await RawImage.fromBlob(files.get(name)));
  process.stdout.write(`${tiles.dims[1]}\n`);
}
