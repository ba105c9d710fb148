import type { HookItem } from '../services/intake/hook-item.ts';
import type { ChannelFacts } from '../values/channel-facts.ts';

/** The body of a request to `/hooks/<channel>/<inbox>`, after its signature was verified. */
export interface HookBody {
  /** The media type in lower case, without parameters. Empty: the request named none. */
  readonly contentType: string;
  /** As they came over the wire. */
  readonly bytes: Buffer;
  readonly receivedAt: Date;
}

/**
 * One channel: what it is like, and how its words become ours. A new one is a file beside this one with a line in channels.ts,
 * and a row in `inboxes`.
 */
export interface ChannelDialect extends ChannelFacts {
  /** Media types of bodies that `read` understands. */
  readonly accepts: readonly string[];
  /** What a body says, in its order. Throws a Refusal with INVALID_INPUT for a body that says nothing clear. */
  readonly read: (body: HookBody, channel: ChannelFacts) => Promise<readonly HookItem[]> | readonly HookItem[];
  /**
   * Answers the GET by which a medium asks whether a hook is ours, from its query and the credentials of the inbox. Null: the
   * question does not prove itself. Absent: the medium does not ask.
   */
  readonly answerChallenge?: (
    query: Readonly<Record<string, string | readonly string[]>>,
    credentials: Readonly<Record<string, string>>,
  ) => string | null;
}
