import type { Sql } from '../database/open-database.ts';
import { BoundedMap } from '../execution/bounded-map.ts';
import { readHookInbox, type HookInbox } from '../services/conversations/inbox-secrets.ts';
import type { Installation } from '../services/events/installation.ts';

/** What was read is believed for this long: another process may have rotated the secret meanwhile. */
const REMEMBERED_MS = 1_000;
const MOST_REMEMBERED = 10_000;

/** Inboxes with their secrets, as the hooks know them: a flood of requests is no flood of reads. */
export class HookInboxes {
  readonly #sql: Sql;
  readonly #installation: Installation;
  readonly #known = new BoundedMap<{ at: number; inbox: HookInbox }>(MOST_REMEMBERED);
  readonly #reading = new Map<string, Promise<HookInbox | null>>();

  constructor(sql: Sql, installation: Installation) {
    this.#sql = sql;
    this.#installation = installation;
  }

  /** True when this process has seen the inbox: it exists, or did. */
  isKnown(name: string): boolean {
    return this.#known.get(name) !== undefined;
  }

  /** As it was read a moment ago. Null: it has to be read. */
  remembered(name: string, now: number): HookInbox | null {
    const entry = this.#known.get(name);
    return entry && now - entry.at < REMEMBERED_MS ? entry.inbox : null;
  }

  /** As it is now; those who ask at once share one read. Null: there is none. */
  read(name: string): Promise<HookInbox | null> {
    const running = this.#reading.get(name);
    if (running) return running;
    const reading = this.#readAnew(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readAnew(name: string): Promise<HookInbox | null> {
    const at = performance.now();
    const inbox = await readHookInbox(this.#sql, this.#installation, name);
    if (inbox) this.#known.set(name, { at, inbox });
    return inbox;
  }
}
