import type { LiveOperation, Sink } from '../../src/live/live-operation.ts';
import { aViewer } from './scopes.ts';

/** A subscriber that notes what it was sent and can stop taking bytes. Its document is the payload itself. */
export class SinkReader<Payload extends { cursor: string }> implements Sink {
  readonly payloads: Payload[] = [];
  readonly operation: LiveOperation;
  executions = 0;
  stalledCloses = 0;
  pendingBytes = 0;
  paused = false;
  #drain: (() => void)[] = [];

  constructor(
    operation: Pick<LiveOperation, 'field' | 'args' | 'shareKey' | 'sections'> & { viewer?: LiveOperation['viewer'] },
  ) {
    this.operation = {
      viewer: aViewer('agent'),
      dataClasses: [],
      ...operation,
      execute: (payload) => {
        this.executions += 1;
        return Promise.resolve(JSON.stringify(payload));
      },
    };
  }

  send(text: string) {
    this.payloads.push(JSON.parse(text) as Payload);
    if (this.paused) this.pendingBytes += text.length + 100_000;
  }

  onDrain(callback: () => void) {
    this.#drain.push(callback);
  }

  resume() {
    this.paused = false;
    this.pendingBytes = 0;
    for (const callback of this.#drain.splice(0)) callback();
  }

  fail(error: unknown) {
    throw error;
  }

  closeStalled() {
    this.stalledCloses += 1;
  }

  get cursor() {
    return this.payloads.at(-1)!.cursor;
  }
}
