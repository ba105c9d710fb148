import { until } from './until.ts';

export interface ServerEvent {
  event: string;
  id?: string;
  data: unknown;
}

/** An event stream (graphql-sse, distinct connections) that keeps every event. */
export class EventStream {
  text = '';
  readonly ended: Promise<void>;
  readonly response: Response;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    // Cut by us or by the server, the stream is over either way.
    this.ended = this.#read().catch(() => undefined);
  }

  static async open(
    url: string,
    secret: string,
    body: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    const abort = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${secret}`,
        ...headers,
      },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    return new EventStream(response, abort);
  }

  get events(): ServerEvent[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => block.startsWith('event: '))
      .map((block) => {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        ) as { event: string; id?: string; data: string };
        return { ...fields, data: fields.data === '' ? null : (JSON.parse(fields.data) as unknown) };
      });
  }

  async until(holds: () => boolean): Promise<void> {
    await until(
      () => this.text.slice(-500) && holds(),
      (seen) => seen === true,
    );
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? [])
      this.text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
}
