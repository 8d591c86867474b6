import { describe, expect, it } from 'vitest';
import { flameTree, hottest } from '../flame/tree.mjs';

const call = (functionName, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });

/** (root) → a → b, (root) → c → b, (root) → (idle); one sample every 100 µs from 1000 on. */
const profile = {
  startTime: 1000,
  nodes: [
    { id: 1, callFrame: call('(root)'), children: [2, 4, 6] },
    { id: 2, callFrame: call('a', 'file:///app/dist/codec/a.js', 9), children: [3] },
    { id: 3, callFrame: call('b', 'file:///app/node_modules/x/dist/b.js', 4) },
    { id: 4, callFrame: call('c', 'file:///app/dist/codec/c.js', 0), children: [5] },
    { id: 5, callFrame: call('b', 'file:///app/node_modules/x/dist/b.js', 4) },
    { id: 6, callFrame: call('(idle)') },
  ],
  samples: [2, 3, 3, 6, 5, 4],
  timeDeltas: [0, 100, 100, 100, 100, 100],
};

describe('the tree of a profile', () => {
  it('gives each function the time until the next sample, and callers the sum of what they called', () => {
    const { root, idle } = flameTree(profile);
    // The last sample has no next one.
    expect([root.total, idle]).toEqual([400, 100]);
    const [a, c] = root.children;
    expect([a.name, a.self, a.total]).toEqual(['a', 100, 300]);
    expect([c.name, c.self, c.total]).toEqual(['c', 0, 100]);
    expect([a.children[0].name, a.children[0].total]).toEqual(['b', 200]);
  });

  it('leaves out what was sampled before or after', () => {
    // Samples at 1100 and 1200 alone: both in b, called by a.
    const { root, idle } = flameTree(profile, { from: 1050, to: 1250 });
    expect([root.total, idle]).toEqual([200, 0]);
    expect(root.children.map(({ name }) => name)).toEqual(['a']);
  });

  it('names files from dist/ or from their package on', () => {
    const [a] = flameTree(profile).root.children;
    expect([a.place, a.children[0].place]).toEqual(['dist/codec/a.js:10', 'x/dist/b.js:5']);
  });

  it('joins calls of one function from the same caller', () => {
    const nodes = [
      { id: 1, callFrame: call('(root)'), children: [2, 3] },
      { id: 2, callFrame: call('a') },
      { id: 3, callFrame: call('a') },
    ];
    const { root } = flameTree({ startTime: 0, nodes, samples: [2, 3, 2], timeDeltas: [0, 10, 20] });
    expect(root.children.map(({ name, total }) => [name, total])).toEqual([['a', 30]]);
  });

  it('sums a function over all its callers', () => {
    const [b, a] = hottest(flameTree(profile).root, 2);
    expect([b.name, b.self, a.name, a.self]).toEqual(['b', 300, 'a', 100]);
  });
});
