import ipaddr from 'ipaddr.js';

/** Whoever has IPv6 has at least so many bits of addresses, and takes any of them (RFC 6177). */
const NETWORK_BITS = 64;

/** What all addresses of one client share: its IPv4 address, or the first 64 bits of its IPv6 address. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  // A zone says which way leads there, and not who it is.
  const [plain] = address.split('%');
  if (!ipaddr.IPv6.isValid(plain)) return address;
  const parsed = ipaddr.IPv6.parse(plain);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${plain}/${NETWORK_BITS}`).toString()}/${NETWORK_BITS}`;
}
