import type { Authenticator, Session } from '../services/access/authenticate.ts';
import type { Viewer } from '../values/viewer.ts';

/** Why the server ends a connection that did nothing wrong. */
export type EndReason = 'revoked' | 'changed' | 'expired' | 'stopping';

/** A socket or event stream that stays open: what its session may become matters while it lives. */
export interface Connection {
  readonly session: Session;
  /** Ends it at once: after the call nothing more is delivered. */
  end(reason: EndReason): void;
}

export interface ConnectionLimits {
  maxSocketsPerPrincipal: number;
  maxSocketsPerBot: number;
}

export interface Connections {
  /** Takes a connection in. False: its principal has too many already, or the server stops. */
  admit(connection: Connection): boolean;
  /** True when the server stops: nobody is let in any more. */
  readonly isClosed: boolean;
  remove(connection: Connection): void;
  /** Ends everything of a principal whose rights changed: they come back and are looked at anew. */
  endOf(principal: string): void;
  count(): number;
  /** Ends everything, for the stop of the server. */
  close(): void;
}

/** Rules changed by hand in the database have no event; this is how late they may be seen. */
const RECHECK_MS = 1_000;
const LONGEST_TIMER_MS = 2_147_483_647;
/** Whoever comes back within this time is known still: a crowd that lost its connections asks the database nothing. */
const RETURNS_WITHIN_MS = 30_000;
const MOST_DEPARTED = 20_000;

/**
 * All open connections, by principal. Three things end one before its client does: an event in the journal about its principal
 * (synchronously, before later events of the same batch), a look at all sessions each second, and the end of its token.
 */
export function watchConnections(authenticator: Authenticator, limits: ConnectionLimits, now: () => Date): Connections {
  const ofPrincipal = new Map<string, Set<Connection>>();
  const expiry = new Map<Connection, NodeJS.Timeout>();
  /** Sessions whose connection ended a moment ago, and when: they are looked at with the open ones. */
  const departed = new Map<Session, number>();

  const remove = (connection: Connection): void => {
    clearTimeout(expiry.get(connection));
    expiry.delete(connection);
    const { principal } = connection.session.viewer;
    const siblings = ofPrincipal.get(principal);
    siblings?.delete(connection);
    if (siblings?.size === 0) ofPrincipal.delete(principal);
    departed.delete(connection.session);
    if (departed.size < MOST_DEPARTED) departed.set(connection.session, performance.now());
  };
  const end = (connection: Connection, reason: EndReason): void => {
    remove(connection);
    connection.end(reason);
  };
  const all = () => [...ofPrincipal.values()].flatMap((connections) => [...connections]);

  async function recheck(): Promise<void> {
    for (const [session, at] of departed) if (performance.now() - at > RETURNS_WITHIN_MS) departed.delete(session);
    const open = all();
    const sessions = [...open.map(({ session }) => session), ...departed.keys()];
    if (sessions.length === 0) return;
    const looked = await authenticator.recheck(sessions);
    sessions.forEach((before, index) => {
      const session = looked[index];
      const reason = !session ? 'revoked' : isSame(session.viewer, before.viewer) ? null : 'changed';
      if (!reason) return;
      authenticator.forget(before.viewer.principal);
      const connection = open[index];
      if (connection) end(connection, reason);
      departed.delete(before);
    });
  }
  let closed = false;
  let checking = false;
  const timer = setInterval(() => {
    if (checking) return;
    checking = true;
    recheck()
      // Without the database nothing is delivered either; the next second asks again.
      .catch(() => undefined)
      .finally(() => (checking = false));
  }, RECHECK_MS);
  timer.unref();

  return {
    get isClosed() {
      return closed;
    },
    admit(connection) {
      if (closed) return false;
      const { principal, role, expiresAt } = connection.session.viewer;
      const siblings = ofPrincipal.get(principal) ?? new Set();
      const most = role === 'bot' ? limits.maxSocketsPerBot : limits.maxSocketsPerPrincipal;
      if (siblings.size >= most) return false;
      ofPrincipal.set(principal, siblings.add(connection));
      if (expiresAt) {
        const wait = Math.min(Math.max(0, expiresAt.getTime() - now().getTime()), LONGEST_TIMER_MS);
        expiry.set(
          connection,
          setTimeout(() => end(connection, 'expired'), wait),
        );
      }
      return true;
    },
    remove,
    endOf(principal) {
      authenticator.forget(principal);
      for (const connection of ofPrincipal.get(principal) ?? []) end(connection, 'changed');
    },
    count: () => all().length,
    close() {
      closed = true;
      clearInterval(timer);
      for (const connection of all()) end(connection, 'stopping');
    },
  };
}

const isSame = (one: Viewer, other: Viewer): boolean =>
  one.role === other.role &&
  one.agentId === other.agentId &&
  one.partnerId === other.partnerId &&
  one.customerId === other.customerId &&
  one.expiresAt?.getTime() === other.expiresAt?.getTime() &&
  isSamePurposes(one.purposes, other.purposes) &&
  one.rights.size === other.rights.size &&
  [...one.rights].every((right) => other.rights.has(right));

const isSamePurposes = (one: Viewer['purposes'], other: Viewer['purposes']): boolean =>
  !one || !other ? !one === !other : one.size === other.size && [...one].every((purpose) => other.has(purpose));
