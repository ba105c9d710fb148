import { connect } from 'node:net';

/** One request as it goes over the wire: nothing of it is put right on the way. */
export interface RawRequest {
  readonly method: string;
  /** As it stands in the first line; a latin1 text, like everything of the head. */
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Bytes of the body that are sent; then the sender hangs up. Null: all. */
  readonly cutAfter: number | null;
  /** The body comes in so many pieces, each in a turn of its own. */
  readonly pieces: number;
  /** The body does not end where the head says: nobody may count on an answer. */
  readonly isEndless: boolean;
}

/** What came back. Status null: nothing, which only who hung up or never ended may get. */
export interface RawAnswer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 120_000;
/** Who sends what never ends is not waited for. */
const ENDLESS_MS = 60;

export async function sendRaw(url: string, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const received: Buffer[] = [];
  let answer: RawAnswer = { status: null, headers: {}, text: '' };
  let closed = false;
  let heard = () => {};
  socket.on('data', (bytes) => {
    received.push(bytes);
    answer = read(Buffer.concat(received));
    if (isWhole(answer, request.method)) heard();
  });
  const over = new Promise<void>((resolve) => {
    heard = resolve;
    socket.on('close', () => {
      closed = true;
      resolve();
    });
  });
  // What came before a reset counts.
  socket.on('error', () => undefined);
  const head = `${request.method} ${request.target} ${request.version}\r\n${request.headers
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
  socket.write(head, 'latin1');
  const body = request.body.subarray(0, request.cutAfter ?? undefined);
  const size = Math.max(1, Math.ceil(body.length / request.pieces));
  for (let at = 0; at < body.length && !closed; at += size) {
    socket.write(body.subarray(at, at + size));
    if (request.pieces > 1) await new Promise((resolve) => setImmediate(resolve));
  }
  let timer: NodeJS.Timeout | undefined;
  const isLeft = request.cutAfter !== null || request.isEndless;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, isLeft ? ENDLESS_MS : ANSWER_WITHIN_MS, 'late');
  });
  const outcome = await Promise.race([over, late]);
  clearTimeout(timer);
  socket.destroy();
  if (outcome === 'late' && !isLeft) throw new Error('no answer in time');
  return answer;
}

function read(bytes: Buffer): RawAnswer {
  const text = bytes.toString();
  const end = text.indexOf('\r\n\r\n');
  // Told to go on: the answer itself comes behind it.
  if (text.startsWith('HTTP/1.1 100')) return read(Buffer.from(text.slice(end + 4)));
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const headers = text
    .slice(0, end)
    .split('\r\n')
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return {
    status: status === undefined || end < 0 ? null : Number(status),
    headers: Object.fromEntries(headers) as Record<string, string>,
    text: end < 0 ? '' : text.slice(end + 4),
  };
}

/** Of an event stream the first event is enough. */
function isWhole({ status, headers, text }: RawAnswer, method: string): boolean {
  if (status === null) return false;
  if (method === 'HEAD') return true;
  if (headers['content-type']?.startsWith('text/event-stream')) return text.includes('\n\n');
  const { 'content-length': length } = headers;
  return length !== undefined && Buffer.byteLength(text) >= Number(length);
}
