// PUNOS_SECRET=whsec_… node receiver.ts
// Takes webhooks on port 8080, verified and each once: a line for each change of an order. No package is needed.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';

/** What the URL is registered with: `webhookEndpointCreate(input: { document: … })`. */
const DOCUMENT = `subscription OrderChanges {
  orderEvents {
    cursor
    event { type order { number status } }
  }
}`;

interface Payload {
  data: { orderEvents: { event: { type: string; order: { number: string; status: string } | null } | null } };
}

const secret = process.env['PUNOS_SECRET'] ?? '';
const LONGEST_BODY = 1_000_000;
/** Deliveries that were taken. In earnest: a table, written in the transaction of what they change. */
const taken = new Set<string>();

/** Over the bytes as they came: a body that is read and written again has other ones. */
function isFromPunos(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const id = String(headers['webhook-id'] ?? '');
  const at = String(headers['webhook-timestamp'] ?? '');
  if (!(Math.abs(Date.now() / 1_000 - Number(at)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest();
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .some((one) => {
      const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
      return one.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
    });
}

function take({ data }: Payload): void {
  const { event } = data.orderEvents;
  if (!event) return console.log('a test arrived');
  console.log(
    `${event.type} ${event.order ? `${event.order.number} ${event.order.status}` : 'of an order that is not ours any more'}`,
  );
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  let length = 0;
  request.on('data', (part: Buffer) => {
    length += part.length;
    if (length > LONGEST_BODY) request.destroy();
    else parts.push(part);
  });
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (!isFromPunos(request.headers, body)) return response.writeHead(401).end();
    const id = String(request.headers['webhook-id']);
    // What was taken is answered like the first time: the answer got lost.
    if (!taken.has(id)) take(JSON.parse(body.toString()) as Payload);
    taken.add(id);
    return response.writeHead(204).end();
  });
});
server.listen(Number(process.env['PORT'] ?? 8_080), '127.0.0.1', () =>
  console.log(`listening for what is registered with\n${DOCUMENT}`),
);
