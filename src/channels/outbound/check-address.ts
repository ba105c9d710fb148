import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Everything that the registries give out to networks on the internet; the rest of IPv6 is special in one way or another. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** True when the address is a machine on the internet: not this one, no private network, no special range. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = unwrapped(ipaddr.parse(text));
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_IPV6)) return false;
  return address.range() === 'unicast';
}

/** An IPv4 address that wears IPv6 (mapped, or translated by NAT64) is judged as what it is. */
function unwrapped(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(ipaddr.parseCIDR('64:ff9b::/96') as [ipaddr.IPv6, number]))
    return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}

/** What an operator opens on purpose: a range of addresses, a name or an address, or one of these with its port. */
export interface Openings {
  allowsAddress(address: string): boolean;
  /** Any port of the host that is one for the web. */
  allowsHost(host: string): boolean;
  allowsPlace(host: string, port: number): boolean;
}

/** Reads openings such as `10.1.0.0/16`, `bridge.internal` and `bridge.internal:8443`. Throws a sentence part when one is neither. */
export function readOpenings(entries: readonly string[]): Openings {
  const ranges = entries.filter((entry) => entry.includes('/')).map((entry) => ipaddr.parseCIDR(entry));
  const isHost = (entry: string) => ipaddr.isValid(entry) || !entry.includes(':');
  const names = entries.filter((entry) => !entry.includes('/')).map((entry) => entry.toLowerCase());
  const hosts = new Set(names.filter(isHost));
  // `::1:8080` may be either: it opens both.
  const places = new Set(names);
  return {
    allowsAddress(text) {
      if (!ipaddr.isValid(text)) return false;
      const address = unwrapped(ipaddr.parse(text));
      return ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
    },
    allowsHost: (host) => hosts.has(host),
    allowsPlace: (host, port) => places.has(`${host}:${port}`),
  };
}
