import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, expect, test } from 'vitest';

import { startTracing } from '../src/tracing.ts';
import { post } from './support/graphql.ts';
import { aKey, withApp } from './support/start-app.ts';
import { withDatabase } from './support/with-database.ts';

interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** A collector that keeps what it is sent. */
async function withCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const spans = () =>
    bodies.flatMap((body) => {
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
      };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, spans };
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const RECEIVE = `mutation ($input: MessageReceiveInput!) { messageReceive(input: $input) { message { id } userErrors { message } } }`;

test('one request is one trace, from the socket to the statements, and holds nothing of the person', async () => {
  const collector = await withCollector();
  const stop = startTracing({ otlpEndpoint: collector.url, samplePercent: 100 });
  const database = await withDatabase();
  const app = await withApp(database, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const { secret } = await aKey(database, 'admin');
  await database.sql`
    insert into inboxes (id, channel, external_id, name, created_at)
    values ('inb_01000000000000000000000000', 'email', 'mail', 'Mail', now())`;
  const variables = {
    input: {
      inbox: 'mail',
      externalId: 'canary-external',
      sender: { kind: 'EMAIL', value: 'canary@example.org', displayName: 'Canary Name' },
      text: 'canary text',
      occurredAt: '2026-01-01T12:00:00Z',
    },
  };

  const answer = await post(app.url, secret, RECEIVE, variables, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  await app.close();
  await stop();

  expect(answer.body.errors).toBeUndefined();
  const spans = collector.spans().filter(({ traceId }) => traceId === TRACE);
  const parentOf = (name: string) => {
    const span = spans.find((one) => one.name === name);
    return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name ?? span?.parentSpanId;
  };
  expect(parentOf('POST /graphql')).toBe('b7ad6b7169203331');
  expect(parentOf('graphql execute')).toBe('POST /graphql');
  expect(parentOf('transaction')).toBe('graphql execute');
  const statements = spans.filter(({ name }) => name.startsWith('sql '));
  expect(statements.length).toBeGreaterThan(3);
  expect(collector.spans().map(({ name }) => name)).toContain('journal read');
  expect(collector.bodies.join('\n').toLowerCase()).not.toContain('canary');
});
