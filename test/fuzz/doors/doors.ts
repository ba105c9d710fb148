import { createHash } from 'node:crypto';

import type { Dice } from '../../support/dice.ts';
import { aHookBody, aMail, aPicture } from './bodies.ts';

/** What somebody of good faith sends, before anything is done to it. */
export interface Meant {
  readonly door: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Signs the body as it is in the end. Null: this door has no signature. */
  readonly secret: string | null;
}

/** What stands behind the doors. */
export interface Doors {
  readonly hooks: readonly { readonly path: string; readonly secret: string; readonly isMail: boolean }[];
  /** Keys of a member of the staff, and of somebody who may do next to nothing. */
  readonly keys: readonly string[];
  readonly conversationIds: readonly string[];
  readonly attachmentIds: readonly string[];
}

const json = ['content-type', 'application/json'] as const;
const READS = ['{ cursor }', '{ viewer { role } cursor }', '{ customers(first: 2) { nodes { id } } }'];
const STREAMS = ['subscription { conversationEvents { cursor } }', 'subscription { channelOverview { cursor } }'];
const PLACES = [
  ...['/', '/graphiql', '/widget', '/widget.js', '/healthz', '/readyz', '/metrics', '/schema.graphql', '/assets/x.js'],
  ...['/assets/../../package.json', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%00', '/%', '/%ff', '/hooks/'],
  ...['/hooks/sms/%00', '/hooks/sms/doors-sms?hub.challenge=%00', '/attachments/%00', '/attachments?conversation=%00'],
  ...['/attachments/', '/attachments', '/graphql?query=%7Bcursor%7D', '//', '/graphql/', '*', 'http://x/graphql'],
];

export function meant(chance: Dice, doors: Doors, id: string): Meant {
  const bearer = () => ['authorization', `Bearer ${chance.pick(doors.keys)}`] as const;
  const nothing = Buffer.alloc(0);
  const way = chance.roll(20);
  if (way < 9) {
    const hook = chance.pick(doors.hooks);
    const isMail = hook.isMail && chance.roll(6) > 0;
    return {
      ...{ door: isMail ? 'mail' : 'hook', method: 'POST', target: hook.path, secret: hook.secret },
      headers: [isMail ? ['content-type', 'message/rfc822'] : json],
      body: isMail ? aMail(chance, id) : aHookBody(chance, id),
    };
  }
  if (way < 12) {
    const conversation = chance.pick([...doors.conversationIds, 'con_x', '']);
    const filename = chance.pick(['a.png', '../../a.png', 'ä\u0000.png', 'a'.repeat(1_000), '\r\nx: y']);
    return {
      ...{ door: 'upload', method: 'POST', secret: null, body: aPicture(id) },
      target: `/attachments?${new URLSearchParams({ conversation, filename }).toString()}`,
      headers: [['content-type', chance.pick(['image/png', 'text/plain', 'x', ''])], bearer()],
    };
  }
  if (way < 13) {
    const [known, expires] = [chance.pick([...doors.attachmentIds, 'att_x', '%00']), String(Date.now() + 1_000)];
    const signed = chance.roll(2) === 0 ? `?${new URLSearchParams({ expires, signature: 'x'.repeat(43) })}` : '';
    return {
      ...{ door: 'download', method: 'GET', secret: null, body: nothing },
      target: `/attachments/${known}${signed}`,
      headers: [bearer()],
    };
  }
  if (way < 15) {
    const query = chance.pick(READS);
    const hash = createHash('sha256').update(query).digest('hex');
    const sha256Hash = chance.pick([hash, hash.toUpperCase(), 'a'.repeat(64), '', '\u0000', hash.slice(1), id]);
    const extensions = { persistedQuery: { version: chance.pick([1, 1, 1, 2, '1', null]), sha256Hash } };
    const body = chance.roll(2) === 0 ? { query, extensions } : { extensions };
    return {
      ...{ door: 'hash', method: 'POST', target: '/graphql', secret: null },
      headers: [json, bearer()],
      body: Buffer.from(JSON.stringify(body)),
    };
  }
  if (way < 18) {
    const lastId = chance.pick(['', '0', 'AAAA', 'x'.repeat(5_000), '\u00ff', Buffer.from(id).toString('base64url')]);
    return {
      ...{ door: 'event stream', method: 'POST', target: '/graphql', secret: null },
      headers: [
        json,
        bearer(),
        ['accept', 'text/event-stream'],
        ...(lastId ? [['last-event-id', lastId] as const] : []),
      ],
      body: Buffer.from(JSON.stringify({ query: chance.pick([...STREAMS, ...READS]) })),
    };
  }
  if (way < 19) {
    const variables = { input: { visitorToken: id, origin: 'https://shop.example' }, key: id };
    const query =
      'mutation ($input: VisitorSessionStartInput!, $key: String) { visitorSessionStart(input: $input, idempotencyKey: $key) { customerId userErrors { code } } }';
    return {
      ...{ door: 'widget', method: 'POST', target: '/graphql', secret: null, headers: [json, bearer()] },
      body: Buffer.from(JSON.stringify({ query, variables })),
    };
  }
  return {
    ...{ door: 'place', method: chance.pick(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'TRACE', 'post']) },
    ...{ target: chance.pick(PLACES), headers: chance.roll(2) === 0 ? [bearer()] : [], body: nothing, secret: null },
  };
}
