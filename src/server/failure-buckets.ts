import { isIPv6 } from 'node:net';

import { BoundedMap } from '../execution/bounded-map.ts';

const MOST_SOURCES = 10_000;

/** How often each source was wrong lately: a bucket that drips empty within a minute. Per process. */
export class FailureBuckets {
  readonly #perMinute: number;
  readonly #sources = new BoundedMap<{ failures: number; at: number }>(MOST_SOURCES);

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  isFull(address: string, now: number): boolean {
    return this.#failures(sourceOf(address), now) >= this.#perMinute;
  }

  add(address: string, now: number): void {
    const source = sourceOf(address);
    const failures = Math.min(this.#perMinute, this.#failures(source, now)) + 1;
    this.#sources.set(source, { failures, at: now });
  }

  #failures(source: string, now: number): number {
    const bucket = this.#sources.get(source);
    return bucket ? Math.max(0, bucket.failures - ((now - bucket.at) / 60_000) * this.#perMinute) : 0;
  }
}

/** One household has a whole /64 of IPv6 addresses, and an IPv4 address may be written as one of them. */
function sourceOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...Array<string>(missing).fill('0')].slice(0, 4).join(':');
}
