/** Addresses and networks of gateways, as whoever runs the server lists them. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** RFC 1122 section 3.2.1.3 and RFC 4291; RFC 1918 and RFC 4193. */
const WORDS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * The networks of a list with commas between, in CIDR notation; those of IPv4 written in IPv6 as those of IPv4.
 * @throws Error whose message says, as a sentence of its own, what is wrong with the first that is none
 */
export function trustList(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return [...new Set(entries.flatMap((entry) => WORDS[entry.toLowerCase()] ?? networkOf(entry)))];
}

function networkOf(entry: string): string {
  const quoted = JSON.stringify(entry.slice(0, 100));
  if (entry === '') throw new Error('between two commas, or behind the last, nothing stands');
  if (entry === '*') throw new Error('"*" would let every client name itself; list the addresses of the gateways');
  const [, text, length] = /^([^/]*?)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  if (text === undefined || isIP(text) === 0 || text.includes('%')) {
    throw new Error(`${quoted} is no address and no network such as 10.0.0.0/8; names are not looked up`);
  }
  const given = ipaddr.parse(text);
  const address = ipaddr.process(text);
  const [givenBits, bits] = [given, address].map((one) => (one.kind() === 'ipv4' ? 32 : 128));
  const kept = length === undefined ? bits : Number(length) - (givenBits - bits);
  if (kept < 0 || kept > bits)
    throw new Error(`${quoted} has no length of its network from ${givenBits - bits} to ${givenBits}`);
  const network = startOf(address, kept);
  if (network !== address.toString()) {
    throw new Error(`${quoted} has bits beyond its ${length}; the network is ${network}/${kept}`);
  }
  return `${network}/${kept}`;
}

function startOf(address: ipaddr.IPv4 | ipaddr.IPv6, kept: number): string {
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(`${address.toString()}/${kept}`).toString();
}
