import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  type Subscription,
} from '@nats-io/transport-node';
import type { Logger } from 'pino';

export interface NatsSettings {
  /** Addresses such as `nats://user:password@nats-1:4222`; the name of the first one that has a name counts for all. */
  readonly servers: readonly string[];
  readonly credentialsFile: string | undefined;
  readonly caFile: string | undefined;
}

/** A connection that comes back for ever. Whoever uses it must do without it at any moment. */
export interface NatsLink {
  /** Null while it is down. */
  readonly connection: NatsConnection | null;
  close(): Promise<void>;
}

interface LinkOptions {
  readonly log: Logger;
  /** A new connection, without any subscription. One that was only interrupted keeps what it had. */
  onOpen(connection: NatsConnection): void;
  /** `disconnect`, `permission`, `slow_consumer` and other troubles, to be counted. */
  onTrouble(kind: string): void;
}

const RETRY_MS = 250;
/** A server that answers nothing (paused, cut off) is left after two of these. */
const PING_MS = 1_500;

/** Connects in the background: neither a start nor a mutation ever waits for NATS. */
export function openNatsLink(settings: NatsSettings, { log, onOpen, onTrouble }: LinkOptions): NatsLink {
  const closing = new AbortController();
  const options = connectionOptions(settings);
  let opened: NatsConnection | null = null;
  let isUp = false;
  let isComplaining = false;

  const live = async () => {
    while (!closing.signal.aborted) {
      try {
        const fresh = await connect(options);
        if (closing.signal.aborted) return void (await fresh.close());
        opened = fresh;
        isUp = true;
        isComplaining = false;
        log.info({ server: fresh.getServer() }, 'connected to NATS');
        onOpen(fresh);
        await watch(fresh);
      } catch (error) {
        if (!isComplaining) log.warn({ err: error }, 'NATS is out of reach, trying again');
        isComplaining = true;
      }
      isUp = false;
      await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };

  /** Until the connection is closed for good. */
  const watch = async (connection: NatsConnection) => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        if (isUp && !closing.signal.aborted) log.warn({ server: status.server }, 'the connection to NATS broke');
        if (isUp) onTrouble('disconnect');
        isUp = false;
      } else if (status.type === 'reconnect') {
        isUp = true;
        log.info({ server: status.server }, 'connected to NATS again');
      } else if (status.type === 'error') {
        const kind = troubleOf(status.error);
        onTrouble(kind);
        log.error({ err: status.error, trouble: kind }, 'NATS refuses something');
      } else if (status.type === 'slowConsumer') onTrouble('slow_consumer');
    }
  };
  void live();

  return {
    get connection() {
      return isUp && opened && !opened.isClosed() ? opened : null;
    },
    async close() {
      closing.abort();
      await opened?.close().catch(() => undefined);
    },
  };
}

/** Calls for each message. The client does not survive a callback that throws; an error (no right to the subject) is told by the link. */
export function listenTo(connection: NatsConnection, subject: string, onText: (text: string) => void): Subscription {
  return connection.subscribe(subject, {
    callback(error, message) {
      if (!error) onText(message.string());
    },
  });
}

function connectionOptions({ servers, credentialsFile, caFile }: NatsSettings): NodeConnectionOptions {
  const urls = servers.map((server) => new URL(server));
  const named = urls.find(({ username }) => username !== '');
  const [user, pass] = [named?.username ?? '', named?.password ?? ''].map(decodeURIComponent) as [string, string];
  return {
    servers: urls.map(({ host }) => host),
    ...(user && pass ? { user, pass } : user ? { token: user } : {}),
    ...(credentialsFile ? { authenticator: credsAuthenticator(readFileSync(credentialsFile)) } : {}),
    ...(caFile ? { tls: { caFile } } : urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    name: 'punos',
    timeout: 2_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    ignoreAuthErrorAbort: true,
    pingInterval: PING_MS,
    maxPingOut: 2,
  };
}

function troubleOf(error: Error): string {
  if (error.name === 'PermissionViolationError') return 'permission';
  return /slow consumer/i.test(error.message) ? 'slow_consumer' : 'error';
}
