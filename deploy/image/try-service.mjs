// Asks a running container what a user would, and ends it as an orchestrator does.

/** The library search of the README, with its answer by hand: softmax([2, 0, 2]) = [0.468, 0.063, 0.468], to 1e-4. */
const QUESTION = {
  query: [1, 0, 1],
  key: [
    [1, 0, 1],
    [0, 1, 0],
    [1, 1, 1],
  ],
  value: [
    [10, 20, 30],
    [1, 2, 3],
    [5, 10, 15],
  ],
  scale: 1,
};
const ANSWER = [7.08804, 14.17608, 21.26411];

/** What is served by files that trimming could have taken: the page, its documents, the vocabularies. */
const PAGES = [
  '/',
  '/docs',
  '/docs/static/swagger-ui-bundle.js',
  '/docs/errors',
  '/openapi.yaml',
  '/asyncapi.json',
  '/info',
];

/** What is wrong with the service, a sentence each; it has ended then. */
export async function faultsOfService(container, url) {
  const faults = [];
  const expect = (isRight, fault) => isRight || faults.push(fault);

  let hasEnded = false;
  container.ended.then(() => (hasEnded = true));
  const answers = () => fetch(`${url}/health/ready`).catch(() => undefined);
  if (!(await until(async () => hasEnded || (await answers())?.ok)) || hasEnded)
    return [`it does not come to serve: ${container.said()}`];
  container.exec('spotlight-health');

  const answer = await post(`${url}/attention`, QUESTION);
  const isNear = ANSWER.every((number, i) => Math.abs(number - answer.output?.[i]) < 1e-4);
  expect(isNear, `the answer is ${JSON.stringify(answer)}`);
  expect(
    answer.meta?.kernel.startsWith('native'),
    `the kernel ${answer.meta?.kernel} computes, and not the native one`,
  );

  const tokens = await post(`${url}/tokenize`, { text: 'the cat sat', tokenizer: 'o200k_base' });
  expect(tokens.count === 3, `the tokens of three words are ${JSON.stringify(tokens)}`);
  const words = await post(`${url}/attention/text`, { text: 'The cat sat on the mat' });
  expect(words.weights?.length > 0, `the attention of words is ${JSON.stringify(words).slice(0, 500)}`);
  for (const path of PAGES) {
    const page = await fetch(url + path, { headers: { accept: 'text/html' } });
    expect(page.ok, `${path} is answered with ${page.status}`);
  }
  // Loaded only where TOKENIZERS_DIR is set.
  container.exec('node', '-e', 'require("tokenizers")');
  expect(container.exec('id', '-u').trim() !== '0', 'it runs as root');
  expect(
    fails(() => container.exec('sh', '-c', ': > /app/new')),
    'its root can be written',
  );

  container.signal('TERM');
  // For DRAIN_MS it is not ready, and serves on.
  await until(async () => (await fetch(`${url}/health/ready`)).status === 503);
  expect(
    fails(() => container.exec('spotlight-health')),
    'its health check says that it is healthy while it drains',
  );
  const last = await post(`${url}/attention`, QUESTION);
  expect(last.output?.length === ANSWER.length, `while it drains it answers ${JSON.stringify(last)}`);
  const code = await container.ended;
  expect(code === 0, `SIGTERM ends it with ${code}: ${container.said()}`);
  expect(!/"level":(50|60)/.test(container.said()), `it logged an error: ${container.said()}`);
  return faults;
}

/** Whether it comes to hold within some 30 s. */
async function until(condition) {
  for (let turn = 0; turn < 600; turn++) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

function fails(act) {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}
