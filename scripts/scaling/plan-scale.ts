interface Given {
  readonly value: number;
  readonly meaning: string;
}

/** What is asked of an installation. */
export const LOADS = {
  customers: { value: 1_000_000, meaning: 'persons in the database' },
  'messages-a-day': { value: 200_000, meaning: 'messages in and out' },
  'events-per-message': {
    value: 3,
    meaning: 'events that a message and what follows it write, orders and stock included',
  },
  'peak-factor': { value: 5, meaning: 'the busiest second against the mean of the day' },
  subscribers: { value: 2_000, meaning: 'sockets open at the peak: agents, bots, chats' },
  'watchers-per-customer': { value: 2, meaning: 'who get the packet of one such customer' },
  'watched-share': { value: 0.5, meaning: 'of all events, those of a customer whom somebody watches' },
  'queries-a-second': { value: 50, meaning: 'context queries at the peak' },
  'journal-hours': { value: 72, meaning: 'retention of the journal' },
} as const satisfies Record<string, Given>;

/** What one of each costs. */
export const UNITS = {
  'ingest-ms': { value: 3, meaning: 'CPU of a process for a message, in ms (bench ingest)' },
  'ingest-db-ms': { value: 2, meaning: 'CPU of PostgreSQL for a message, in ms (bench ingest)' },
  'query-ms': { value: 0.8, meaning: 'CPU of a process for a context query, in ms (bench context-query)' },
  'query-db-ms': { value: 0.6, meaning: 'CPU of PostgreSQL for a context query, in ms (bench context-query)' },
  'packet-ms': { value: 1, meaning: 'CPU of a process to assemble a packet once, in ms (bench spread)' },
  'packet-db-ms': { value: 0.8, meaning: 'CPU of PostgreSQL for it, in ms (bench spread)' },
  'delivery-ms': { value: 0.03, meaning: 'CPU of a process for a frame to one socket, in ms (bench fan-out)' },
  'journal-read-db-ms': { value: 0.1, meaning: 'CPU of PostgreSQL for a look at the journal, in ms' },
  'journal-event-db-ms': { value: 0.01, meaning: 'CPU of PostgreSQL for an event that a process reads there, in ms' },
  'looks-a-second': { value: 200, meaning: 'looks at the journal of one busy process, at most' },
  'subscription-kb': { value: 8, meaning: 'memory of a subscription, in KB (bench storm)' },
  'socket-kb': { value: 30, meaning: 'memory of a bare socket, in KB (bench storm)' },
  'event-kb': { value: 0.9, meaning: 'an event in the journal with its indexes, in KB' },
  'customer-kb': { value: 12, meaning: 'a person with everything, in KB' },
  'commits-a-second': { value: 3_000, meaning: 'commits that the disk of one primary takes' },
  'database-cores': { value: 16, meaning: 'cores of one primary' },
  'process-use': { value: 0.6, meaning: 'of a core, what a process may use at the peak' },
} as const satisfies Record<string, Given>;

export type Load = { readonly [Name in keyof typeof LOADS]: number };
export type Units = { readonly [Name in keyof typeof UNITS]: number };

export interface Part {
  readonly part: string;
  readonly unit: string;
  readonly value: number;
}

/**
 * What so many times a load takes, part by part. Each event renews one packet, which goes to those who watch that customer; each process looks at the
 * journal by itself. What has no number here (a hot head, a cold cache) is told in docs/scaling.md.
 */
export function planScale(load: Load, units: Units, times: number): { parts: Part[]; bottleneck: string } {
  const messages = ((load['messages-a-day'] * times) / 86_400) * load['peak-factor'];
  const events = messages * load['events-per-message'];
  const subscribers = load.subscribers * times;
  const queries = load['queries-a-second'] * times;
  // A packet that nobody watches is not assembled.
  const packets = events * load['watched-share'];
  const frames = packets * load['watchers-per-customer'];
  const serving =
    (messages * units['ingest-ms'] +
      queries * units['query-ms'] +
      packets * units['packet-ms'] +
      frames * units['delivery-ms']) /
    1_000;
  const processes = Math.max(1, Math.ceil(serving / units['process-use']));
  const looks = Math.min(events, units['looks-a-second']) * units['journal-read-db-ms'];
  // Each process reads every event: this grows with the square of the load, until NATS brings each one only what it watches.
  const looking = (processes * (looks + events * units['journal-event-db-ms'])) / 1_000;
  const database =
    (messages * units['ingest-db-ms'] + queries * units['query-db-ms'] + packets * units['packet-db-ms']) / 1_000 +
    looking;
  const commits = messages * 2;
  const shards = Math.max(
    1,
    Math.ceil(database / units['database-cores']),
    Math.ceil(commits / units['commits-a-second']),
  );
  const journalGb =
    (load['messages-a-day'] * times * load['events-per-message'] * load['journal-hours'] * units['event-kb']) /
    24 /
    1e6;
  const uses: [string, number][] = [
    ['one process', serving / units['process-use']],
    ['looks at the journal', looking / (units['database-cores'] * 0.25)],
    ['cores of the primary', database / units['database-cores']],
    ['commits of the primary', commits / units['commits-a-second']],
  ];
  const full = uses.filter(([, use]) => use > 1).sort((a, b) => b[1] - a[1]);
  return {
    parts: [
      { part: 'messages at the peak', unit: 'a second', value: messages },
      { part: 'events at the peak', unit: 'a second', value: events },
      { part: 'frames to sockets', unit: 'a second', value: frames },
      { part: 'CPU that serves', unit: 'cores', value: serving },
      { part: 'processes', unit: 'count', value: processes },
      {
        part: 'memory of sockets',
        unit: 'GB',
        value: (subscribers * (units['subscription-kb'] + units['socket-kb'])) / 1e6,
      },
      { part: 'CPU of PostgreSQL', unit: 'cores', value: database },
      { part: 'of it, looks at the journal', unit: 'cores', value: looking },
      { part: 'commits', unit: 'a second', value: commits },
      { part: 'journal', unit: 'GB', value: journalGb },
      { part: 'rows of customers', unit: 'GB', value: (load.customers * times * units['customer-kb']) / 1e6 },
      { part: 'primaries', unit: 'count', value: shards },
    ],
    bottleneck: full.map(([name]) => name).join(', ') || 'nothing',
  };
}
