import { LiveReader, type Ending } from './live-reader.ts';

/** One event of a stream as the SSE format has it. */
interface StreamEvent {
  event: string;
  id: string | null;
  data: string;
}

/** Reads a subscription as server-sent events (graphql-sse, distinct connection) and resumes by `Last-Event-ID`. */
export class EventStreamReader<Payload extends { cursor: string }> extends LiveReader<Payload> {
  /** Payloads whose event id was not their cursor: there must be none. */
  readonly strayIds: string[] = [];
  #abort = new AbortController();

  protected leave(): void {
    this.#abort.abort();
  }

  protected async connect(url: string, secret: string, after: string | null): Promise<Omit<Ending, 'at'>> {
    this.#abort = new AbortController();
    this.connections += 1;
    if (this.closed) this.#abort.abort();
    const { document, variables } = this.asked;
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${secret}`,
          ...(after ? { 'last-event-id': after } : {}),
        },
        body: JSON.stringify({ query: document, variables }),
        signal: this.#abort.signal,
      });
      if (response.status !== 200 || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const { errors = [] } = (await response.json()) as { errors?: [] };
        this.refuse(errors);
        return { code: response.status, reason: JSON.stringify(errors) };
      }
      let last = 'cut';
      for await (const event of readEvents(response.body!)) {
        last = event.event;
        if (event.event === 'next') this.#take(event);
        if (event.event === 'complete') break;
      }
      return { code: last === 'complete' ? 'complete' : 'ended', reason: last };
    } catch (error) {
      return { code: 'cut', reason: String((error as Error).cause ?? error) };
    }
  }

  #take({ id, data }: StreamEvent): void {
    const before = this.heard.length;
    this.take(JSON.parse(data) as never);
    if (this.heard.length > before && id !== this.cursor) this.strayIds.push(String(id));
  }
}

/** Splits bytes into events. What a cut left unfinished is no event. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const event = parse(block);
      if (event) yield event;
    }
  }
}

/** Null: a comment, sent to keep the line open. */
function parse(block: string): StreamEvent | null {
  const event: StreamEvent = { event: 'message', id: null, data: '' };
  let isEvent = false;
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event.event = value;
    else if (name === 'id') event.id = value;
    else if (name === 'data') event.data += value;
    else continue;
    isEvent = true;
  }
  return isEvent ? event : null;
}
