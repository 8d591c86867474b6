import { describe, expect, it } from 'vitest';
import { RequestMemory } from '../../src/requests/request-memory.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const shared = (bytes: number) => new SharedArrayBuffer(bytes);

describe('the memory of a request', () => {
  it('is a chunk that the next request uses again', () => {
    const requests = new RequestMemory(MIB);
    requests.begin([]);
    const first = requests.memory(100);
    expect(requests.memory(8)).toEqual({ buffer: first.buffer, byteOffset: 104 });
    requests.begin([]);
    expect(requests.memory(100)).toEqual(first);
  });

  it('goes on in the smallest offer that is large enough, and then in what is left of it', () => {
    const requests = new RequestMemory(MIB);
    const offers = [shared(4 * MIB), shared(2 * MIB), shared(16 * MIB)];
    requests.begin(offers);
    requests.memory(MIB);
    expect(requests.memory(1.5 * MIB)).toEqual({ buffer: offers[1], byteOffset: 0 });
    expect(requests.memory(0.5 * MIB)).toEqual({ buffer: offers[1], byteOffset: 1.5 * MIB });
    expect(requests.memory(8).buffer.byteLength).toBe(MIB);
    expect(requests.handOver().takenOffers).toEqual([1]);
  });

  it('is new where every offer is too small or wastefully large', () => {
    const requests = new RequestMemory(MIB);
    requests.begin([shared(2 * MIB), shared(16 * MIB)]);
    const { buffer } = requests.memory(3 * MIB);
    expect(buffer.byteLength).toBe(3 * MIB);
    expect(requests.handOver()).toEqual({ buffers: [buffer], takenOffers: [] });
  });

  it('is handed over with all its buffers, and never given to the next request', () => {
    const requests = new RequestMemory(MIB);
    const offers = [shared(MIB), shared(2 * MIB)];
    requests.begin(offers);
    const pieces = [requests.memory(8), requests.memory(2 * MIB), requests.memory(5 * MIB)].map(({ buffer }) => buffer);
    const { buffers, takenOffers } = requests.handOver();
    expect(new Set(buffers)).toEqual(new Set(pieces));
    // The worker keeps the other one, in place of its chunk.
    expect(takenOffers).toEqual([1, 0]);
    requests.begin([]);
    expect(requests.memory(8)).toEqual({ buffer: offers[0], byteOffset: 0 });
  });

  it('leaves nothing that was offered to a request that is answered at once, and tells what it allocated', () => {
    const requests = new RequestMemory(MIB);
    const offer = shared(2 * MIB);
    requests.begin([offer]);
    const [, , own] = [requests.memory(8), requests.memory(2 * MIB), requests.memory(5 * MIB)];
    expect(requests.takeSpare()).toEqual([own.buffer]);
    expect(requests.takeSpare()).toEqual([]);
    requests.begin([]);
    requests.memory(MIB);
    expect(requests.memory(2 * MIB).buffer).not.toBe(offer);
  });
});
