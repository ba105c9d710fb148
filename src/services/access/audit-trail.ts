import { hash, randomBytes } from 'node:crypto';

import { inTime } from '../../database/deadline.ts';
import type { Db } from '../../database/open-database.ts';
import { NotAudited } from '../../values/not-audited.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Viewer } from '../../values/viewer.ts';
import { gather } from '../gather.ts';
import { purposesOf } from './purposes.ts';
import { isUnavailable } from '../is-unavailable.ts';
import type { AuditSpool } from './audit-spool.ts';
import { newestAuditNumber, writeAuditEntries, type AuditDraft, type NumberedDrafts } from './write-audit-entries.ts';

/** An operation, as far as an audit is about it. */
export interface Reading {
  readonly viewer: Viewer;
  /** What it can show of a person. */
  readonly dataClasses: readonly DataClass[];
}

/** How far a customer's stream was when it was shown. Null: not known. */
export type VersionOf = (subject: string) => number | null;

/** Who was shown whose data, written down before it is shown. */
export interface AuditTrail {
  /** This customer is asked for by name and most likely shown: the row is written while the answer is made. `reads` says whether it came to that. */
  asks(reading: Reading, subject: string): void;
  /**
   * To be waited for before these customers are shown. Undefined: the same viewer was shown the same of them a moment ago, which counts there.
   * Rejects with NotAudited: then nothing may be shown.
   */
  reads(reading: Reading, subjects: ReadonlySet<string>): Promise<void> | undefined;
  /** Subscriptions of this name: their payloads are equal bytes, so what one is shown all are. */
  stream(name: string): AuditedStream;
}

/** Subscriptions that are shown the same. */
export interface AuditedStream {
  /** To be waited for before a viewer is sent anything. `subjects`: whom it asked for by name. Rejects with NotAudited. */
  opens(reading: Reading, subjects: readonly string[]): Promise<void>;
  /** To be waited for before a payload is sent. Undefined: these were shown before. Rejects with NotAudited. */
  shows(reading: Reading, subjects: ReadonlySet<string>, versionOf?: VersionOf): Promise<void> | undefined;
  closes(reading: Reading): void;
}

const UNAUDITED_STREAM: AuditedStream = {
  opens: () => Promise.resolve(),
  shows: () => undefined,
  closes: () => undefined,
};
/** For what runs without anybody who reads. */
export const UNAUDITED: AuditTrail = { asks: () => undefined, reads: () => undefined, stream: () => UNAUDITED_STREAM };

/** Reads of the same within this time are one row and a number. */
const WINDOW_MS = 60_000;
/** What is remembered of the last window; more make a second row sooner. */
const MOST_KNOWN = 50_000;
/** Customers that a subscription remembers having shown. */
const MOST_SHOWN = 1_000;
/** Customers of whom it is told at the end how far they were. */
const MOST_CLOSED = 100;
const WRITTEN_AT_ONCE = 1_000;
/** A commit costs as much as fifteen rows: where many read, rows wait for each other, meanwhile the contexts are read that they are about. */
const LINGER_MS = 8;
/** What nobody waits for is written this often, and kept this long in an outage. */
const TIDIED_EVERY_MS = 1_000;
const MOST_LEFT_OVER = 50_000;

/** The customers that a viewer was shown the same of in this window, each by the row that says so. */
type Reader = Map<string, Noted>;

/** A row of this window. */
interface Noted {
  readonly reader: Reader;
  readonly subjects: readonly string[];
  readonly until: number;
  /** Of its row. Null: it is being written. */
  number: number | null;
  /** Null: it is written. */
  written: Promise<number> | null;
  /** How often it was read again. -1: it was asked for, and nothing was shown yet. */
  repeats: number;
}

/** A database that writes takes a row in milliseconds; who reads does not wait for one that does not. */
const WRITTEN_WITHIN_MS = 1_000;

export interface AuditTrailOptions {
  /** Takes what the database cannot: then what it can still read is shown. Default: nothing is shown. */
  readonly spool?: AuditSpool;
  /** Default: a minute. */
  readonly windowMs?: number;
}

/**
 * The audit of one process. Its rows are numbered without a gap, one statement at a time: all that come in one turn of the loop, or while one
 * is under way, share the next.
 */
export function openAuditTrail(
  { aside: sql }: Pick<Db, 'aside'>,
  { windowMs = WINDOW_MS, spool }: AuditTrailOptions = {},
): AuditTrail & { close(): Promise<void> } {
  const process = randomBytes(12).toString('base64url');
  /** Null: a statement failed, and whether its rows are there is not known. */
  let next: number | null = 1;
  /** True: the database takes none, so the spool does. */
  let isSpooling = false;
  /** Whether the spool may hold anything: what a process before us left, at first. */
  let holdsSome = spool !== undefined;
  let lastSpooled = 0;

  const store = async (rows: NumberedDrafts): Promise<void> => {
    if (!isSpooling)
      try {
        const written = await inTime(writeAuditEntries(sql, rows), WRITTEN_WITHIN_MS);
        if (written < rows.drafts.length) throw new Error(`Numbers from ${rows.first} on are taken.`);
        return;
      } catch (error) {
        if (!spool || !isUnavailable(error)) throw error;
        isSpooling = true;
      }
    const at = new Date().toISOString();
    await spool!.keep({ ...rows, drafts: rows.drafts.map((draft) => ({ at, ...draft })) });
    lastSpooled = rows.first + rows.drafts.length - 1;
    holdsSome = true;
  };

  const write = gather<AuditDraft, number>(
    async (drafts) => {
      try {
        const first = (next ??= Math.max(await newestAuditNumber(sql, process), lastSpooled) + 1);
        await store({ process, first, drafts });
        next = first + drafts.length;
        return drafts.map((_, index) => first + index);
      } catch (error) {
        next = null;
        throw new NotAudited(error);
      }
    },
    WRITTEN_AT_ONCE,
    { lingerMs: LINGER_MS },
  );

  const emptySpool = async (): Promise<void> => {
    if (!spool || !holdsSome) return;
    holdsSome = false;
    try {
      await spool.empty((rows) => writeAuditEntries(sql, rows));
      isSpooling = false;
    } catch {
      holdsSome = true;
    }
  };

  /** By what makes reads of a customer the same. */
  const readers = new Map<string, Reader>();
  /** All windows are equally long, so the first ends first. */
  const windows = new Set<Noted>();
  let known = 0;
  const streams = new Map<string, AuditedStream>();
  let leftOver: AuditDraft[] = [];

  const readerFor = (reading: Reading): Reader => {
    const name = nameOf(reading);
    const reader = readers.get(name) ?? new Map<string, Noted>();
    readers.set(name, reader);
    return reader;
  };

  const forget = (noted: Noted): void => {
    if (!windows.delete(noted)) return;
    known -= noted.subjects.length;
    for (const subject of noted.subjects) if (noted.reader.get(subject) === noted) noted.reader.delete(subject);
  };

  const settle = (noted: Noted): void => {
    forget(noted);
    const { number, repeats } = noted;
    if (number === null || repeats === 0) return;
    noted.repeats = 0;
    leftOver.push({ act: 'repeated', subjects: [], repeatOf: number, repeats });
  };

  const note = (
    reading: Reading,
    { reader, subjects, repeats = 0 }: Pick<Noted, 'reader' | 'subjects'> & Partial<Noted>,
  ): Promise<unknown> => {
    const written = write({ act: 'read', ...whoReads(reading), subjects });
    const noted: Noted = { reader, subjects, until: performance.now() + windowMs, number: null, written, repeats };
    for (const subject of subjects) {
      const before = reader.get(subject);
      if (before) settle(before);
      reader.set(subject, noted);
    }
    windows.add(noted);
    known += subjects.length;
    while (known > MOST_KNOWN) settle(windows.values().next().value!);
    return written.then(
      (number) => Object.assign(noted, { number, written: null }),
      (error: unknown) => {
        // A failure is no row: the next one writes it.
        forget(noted);
        throw error;
      },
    );
  };

  const writeLeftOver = async (): Promise<void> => {
    const drafts = leftOver;
    leftOver = [];
    const results = await Promise.allSettled(drafts.map((draft) => write(draft)));
    const failed = drafts.filter((_, index) => results[index]!.status === 'rejected');
    leftOver = [...failed, ...leftOver].slice(-MOST_LEFT_OVER);
  };

  let tidying = false;
  const tidy = async (now = performance.now()): Promise<void> => {
    for (const noted of windows) {
      if (noted.until > now) break;
      settle(noted);
    }
    for (const [name, reader] of readers) if (reader.size === 0) readers.delete(name);
    if (tidying || (leftOver.length === 0 && !holdsSome)) return;
    tidying = true;
    await emptySpool();
    await writeLeftOver();
    tidying = false;
  };
  const timer = setInterval(() => void tidy(), TIDIED_EVERY_MS).unref();

  return {
    asks(reading, subject) {
      const reader = readerFor(reading);
      const noted = reader.get(subject);
      if (noted && performance.now() < noted.until) return;
      // Whether it was written is asked by `reads`.
      note(reading, { reader, subjects: [subject], repeats: -1 }).catch(() => undefined);
    },
    reads(reading, subjects) {
      if (subjects.size === 0) return undefined;
      const now = performance.now();
      const reader = readerFor(reading);
      const fresh: string[] = [];
      const again = new Set<Noted>();
      for (const subject of subjects) {
        const noted = reader.get(subject);
        if (noted && now < noted.until) again.add(noted);
        else fresh.push(subject);
      }
      const waits: Promise<unknown>[] = fresh.length > 0 ? [note(reading, { reader, subjects: fresh })] : [];
      for (const noted of again) {
        noted.repeats += 1;
        if (noted.written) waits.push(noted.written);
      }
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    stream(name) {
      const stream =
        streams.get(name) ??
        auditedStream(name, {
          write,
          writeLater: (draft) => leftOver.push(draft),
          ended: () => streams.delete(name),
        });
      streams.set(name, stream);
      return stream;
    },
    async close() {
      clearInterval(timer);
      await Promise.allSettled([...windows].flatMap(({ written }) => written ?? []));
      await tidy(Infinity);
      await writeLeftOver();
      await emptySpool();
    },
  };
}

interface Writing {
  write(draft: AuditDraft): Promise<number>;
  writeLater(draft: AuditDraft): void;
  ended(): void;
}

interface Shown {
  version: number | null;
  /** Null: it is written. */
  written: Promise<unknown> | null;
  /** Somebody came since it was written. */
  isOfBefore: boolean;
}

function auditedStream(name: string, { write, writeLater, ended }: Writing): AuditedStream {
  const stream = hash('sha256', name, 'base64url').slice(0, 22);
  const shown = new Map<string, Shown>();
  let viewers = 0;
  const leave = (): void => {
    viewers -= 1;
    if (viewers === 0) ended();
  };

  return {
    async opens(reading, subjects) {
      viewers += 1;
      if (reading.dataClasses.length === 0) return;
      const versions = subjects.map((subject) => shown.get(subject)?.version ?? null);
      // Whom this viewer is shown too is put down once more, behind the row that says since when it is there.
      for (const each of shown.values()) each.isOfBefore = true;
      try {
        await write({ act: 'opened', ...whoReads(reading), subjects, versions, stream });
      } catch (error) {
        leave();
        throw error;
      }
    },
    shows({ dataClasses, viewer }, subjects, versionOf = () => null) {
      if (subjects.size === 0) return undefined;
      const waits: Promise<unknown>[] = [];
      const fresh: string[] = [];
      for (const subject of subjects) {
        const before = shown.get(subject);
        if (!before || before.isOfBefore) fresh.push(subject);
        else {
          before.version = versionOf(subject) ?? before.version;
          if (before.written) waits.push(before.written);
        }
      }
      if (fresh.length > 0) {
        const versions = fresh.map(versionOf);
        const { role } = viewer;
        const draft = { act: 'shown', role, purposes: [...purposesOf(viewer)], dataClasses, subjects: fresh } as const;
        const written = write({ ...draft, versions, stream });
        const noted = fresh.map((subject, index): [string, Shown] => [
          subject,
          { version: versions[index]!, written, isOfBefore: false },
        ]);
        for (const [subject, each] of noted) shown.set(subject, each);
        while (shown.size > MOST_SHOWN) shown.delete(shown.keys().next().value!);
        waits.push(
          written.then(
            () => noted.forEach(([, each]) => Object.assign(each, { written: null })),
            (error: unknown) => {
              for (const [subject, each] of noted) if (shown.get(subject) === each) shown.delete(subject);
              throw error;
            },
          ),
        );
      }
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    closes(reading) {
      leave();
      if (reading.dataClasses.length === 0) return;
      const told = [...shown].filter(([, { version }]) => version !== null).slice(-MOST_CLOSED);
      const subjects = told.map(([subject]) => subject);
      const versions = told.map(([, { version }]) => version);
      writeLater({ act: 'closed', ...whoReads(reading), subjects, versions, stream });
    },
  };
}

const speaksFor = ({ agentId, partnerId, customerId }: Viewer) => agentId ?? partnerId ?? customerId;

const whoReads = ({ viewer, dataClasses }: Reading) => ({
  viewer: viewer.principal,
  role: viewer.role,
  speaksFor: speaksFor(viewer),
  purposes: [...purposesOf(viewer)],
  dataClasses,
});

const names = new WeakMap<Viewer, WeakMap<readonly DataClass[], string>>();

/**
 * What makes reads of a customer the same. Two tokens of one subject may speak for different customers. The classes of a document are one list, and
 * whoever comes again is one viewer: a name is made once for both.
 */
function nameOf({ viewer, dataClasses }: Reading): string {
  const ofViewer = names.get(viewer) ?? new WeakMap<readonly DataClass[], string>();
  let name = ofViewer.get(dataClasses);
  if (name === undefined) {
    name = JSON.stringify([viewer.principal, viewer.role, speaksFor(viewer), [...purposesOf(viewer)], dataClasses]);
    names.set(viewer, ofViewer.set(dataClasses, name));
  }
  return name;
}
