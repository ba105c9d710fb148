import { randomBytes } from 'node:crypto';

import type { FailureBuckets } from './failure-buckets.ts';
import type { HookOwners } from './hook-owners.ts';
import { HookRefusal } from './hook-refusal.ts';

export const NOT_FOUND = 'There is no such hook.';
export const TOO_MANY = 'Too many requests from here were not signed. Wait a minute.';
const NOT_SIGNED = 'The request is not signed by the secret of this hook, or its timestamp is too far off.';

/** Whose hook it is. `until` null: the secret is good for good. */
interface Owner {
  readonly secrets: readonly { readonly secret: string; readonly until: Date | null }[];
}

interface Knock<T> {
  /** False: the name is somebody's whose hook is another one. */
  readonly isRight: (owner: T) => boolean;
  /** True when one of these secrets signed the request. Null: it is not even in the form of a signed one. */
  readonly isSigned: ((secrets: readonly string[]) => boolean) | null;
}

/** Lets in what is signed. Whether there is no such hook or the signature is wrong takes the same time to say. */
export class HookDoor<T extends Owner> {
  readonly #owners: HookOwners<T>;
  readonly #failures: FailureBuckets;
  readonly #now: () => number;
  // Stands in for the secret of a hook that is not there, so that it takes as long to say no.
  readonly #decoy = randomBytes(32).toString('base64');

  constructor(owners: HookOwners<T>, { failures, now }: { failures: FailureBuckets; now: () => number }) {
    this.#owners = owners;
    this.#failures = failures;
    this.#now = now;
  }

  /** Whose secret signed the request, or the refusal that says it was nobody's. */
  async ownerOf({ ip, name }: { ip: string; name: string }, { isRight, isSigned }: Knock<T>): Promise<T> {
    const now = performance.now();
    const isNoisy = this.#failures.isFull(ip, now);
    // Whoever was wrong too often gets no read of the database for names that nobody knows yet.
    if (isNoisy && !this.#owners.isKnown(name)) throw new HookRefusal(429, 'RATE_LIMITED', TOO_MANY);
    const remembered = this.#owners.remembered(name, now);
    let owner = remembered ?? (await this.#owners.read(name));
    const isLetIn = (by: T | null) => isSigned?.(this.#secretsOf(by)) === true && by !== null && isRight(by);
    if (isLetIn(owner)) return owner!;
    // The secret may have changed a moment ago.
    if (remembered && isSigned && !isNoisy) {
      owner = await this.#owners.read(name);
      if (isLetIn(owner)) return owner!;
    }
    this.#failures.add(ip, now);
    if (isNoisy) throw new HookRefusal(429, 'RATE_LIMITED', TOO_MANY);
    if (!owner || !isRight(owner)) throw new HookRefusal(404, 'NOT_FOUND', NOT_FOUND);
    throw new HookRefusal(401, 'UNAUTHENTICATED', NOT_SIGNED);
  }

  #secretsOf(owner: T | null): string[] {
    const good = owner?.secrets.filter(({ until }) => until === null || until.getTime() > this.#now());
    return good?.length ? good.map(({ secret }) => secret) : [this.#decoy];
  }
}
