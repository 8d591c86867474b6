// Whether the text of every float32 reads back to it and is the shortest that does: over many bit patterns, or all.
//   node load/shortest.mjs --count 1e8 --start 0
// Patterns are taken in Weyl's sequence, which goes over all of them evenly and, with 2^32, over each once.
import { parseArgs } from 'node:util';
import { writeJsonAnswer } from '../dist/codec/answer.js';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1e8' }, start: { type: 'string', default: '0' } },
});
const count = Number(values.count);
const first = Number(values.start);
const BATCH = 2 ** 18;
const STEP = 0x9e3779b1;

const numbers = new Float32Array(BATCH);
const bits = new Uint32Array(numbers.buffer);

function textsOf(data) {
  const tensor = { dtype: 'float32', shape: [data.length], data };
  const text = Buffer.concat(writeJsonAnswer([{ name: 'x', tensor }], {}, 'nested')).toString('latin1');
  return text.slice(6, -2).split(',');
}

/** The number of significant digits of a decimal. */
function digitsOf(text) {
  const mantissa = text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return mantissa.replace(/0+$/, '').length;
}

/** Why the text is not the right one for x; `undefined` when it is. */
function faultOf(x, text) {
  const value = Number(text);
  if (Math.fround(value) !== x) return 'does not read back';
  if (String(value) !== text) return `is not written as String() writes it, ${value}`;
  const digits = digitsOf(text);
  for (const shorter of digits > 1 ? [nearest(x, digits - 1), afterNearest(x, digits - 1)] : []) {
    if (Math.fround(shorter) === x) return `is longer than ${shorter}`;
  }
  const best = nearest(x, digits);
  return value !== best && Math.fround(best) === x ? `is farther than ${best}` : undefined;
}

const nearest = (x, digits) => Number(x.toPrecision(digits));

function afterNearest(x, digits) {
  const [mantissa, power] = x.toExponential(digits - 1).split('e');
  return Number(`${Number(mantissa.replace('.', '')) + Math.sign(x)}e${Number(power) - digits + 1}`);
}

let checked = 0;
let faults = 0;
const start = performance.now();
for (let done = 0; done < count; done += BATCH) {
  const size = Math.min(BATCH, count - done);
  for (let i = 0; i < size; i++) {
    bits[i] = Math.imul(first + done + i, STEP);
    // Zeros, infinities and NaN are for the tests.
    if (!Number.isFinite(numbers[i]) || numbers[i] === 0) numbers[i] = 1;
  }
  textsOf(numbers.subarray(0, size)).forEach((text, i) => {
    const fault = faultOf(numbers[i], text);
    if (fault === undefined) return;
    faults++;
    if (faults <= 20) console.log(`${numbers[i]} (bits ${bits[i].toString(16)}): ${text} ${fault}`);
  });
  checked += size;
  if ((done / BATCH) % 64 === 63) {
    const seconds = (performance.now() - start) / 1e3;
    console.log(`${checked.toExponential(2)} checked, ${faults} faults, ${seconds.toFixed(0)} s`);
  }
}
console.log(`${checked} numbers checked, ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
