import {
  ACTIVITY,
  EVENTS,
  HISTORY,
  PRESENCE,
  REPORT,
  SEND,
  TYPING,
  type Conversation,
  type EventPayload,
  type History,
  type Message,
  type TypingPayload,
} from './documents.ts';
import { openLine, type Line } from './follow.ts';
import { ask, GraphTrouble } from './graph.ts';
import type { Kept } from './kept.ts';
import type { Session } from './session.ts';

/** A message that the server has not answered yet; kept until it does, and sent again under the same id. */
export interface Unsent {
  readonly id: string;
  readonly text: string;
  readonly writtenAt: number;
}

/** All that the view shows. */
export interface Shown {
  readonly messages: readonly Message[];
  readonly unsent: readonly Unsent[];
  readonly isConnected: boolean;
  readonly isRefused: boolean;
  /** Who types on our side; null: nobody. */
  readonly typist: string | null;
  readonly status: string | null;
  readonly hours: { readonly isOpenNow: boolean; readonly opensAt: string | null } | null;
}

const LONGEST_WAIT_MS = 10_000;
const TYPING_LASTS_MS = 7_000;
const TYPING_SAID_EVERY_MS = 4_000;
/** Codes after which the same words are never taken: kept no longer. */
const FINAL = new Set(['INVALID_INPUT', 'EXTERNAL_ID_REUSED', 'BAD_USER_INPUT']);

/** The visitor's side of the chat: history, what comes, what goes, and nothing of how it looks. */
export class Chat {
  readonly #server: string;
  readonly #session: Session;
  readonly #kept: Kept;
  readonly #show: (shown: Shown) => void;
  readonly #messages = new Map<string, Message>();
  readonly #reported = new Map<string, string>();
  /** Messages that the server has answered to us for what we sent. */
  readonly #answered = new Set<string>();
  #conversation: Conversation | null = null;
  #hours: Shown['hours'] = null;
  #typist: string | null = null;
  #typistTimer: ReturnType<typeof setTimeout> | undefined;
  #saidTypingAt = 0;
  #isRunning = false;
  /** After a logout nobody is there to listen for, until somebody opens the chat again. */
  #isIdle = false;
  #isConnected = false;
  #isRefused = false;
  /** Behind the last event that was worked on. Null: the history has to be read first. */
  #after: string | null = null;
  #line: Line | null = null;
  #sending: Promise<void> | null = null;
  #wake: () => void = () => undefined;
  #isSeen = false;
  /** Grows with each session: an answer to the one before shows nothing any more. */
  #era = 0;

  constructor(options: { server: string; session: Session; kept: Kept; show: (shown: Shown) => void }) {
    this.#server = options.server;
    this.#session = options.session;
    this.#kept = options.kept;
    this.#show = options.show;
    options.session.onChange = () => this.#startOver();
  }

  /** True when somebody chatted here before: then the page listens without being asked. */
  get hasBegun(): boolean {
    return this.#kept.get('begun') !== null && this.#session.current !== null;
  }

  start(): void {
    if (this.#isIdle) this.#wake();
    if (this.#isRunning) return;
    this.#isRunning = true;
    addEventListener('online', () => this.#wake());
    void this.#run();
  }

  /** Whether the visitor sees the messages at this moment. */
  set isSeen(isSeen: boolean) {
    this.#isSeen = isSeen;
    if (isSeen) void this.#report();
  }

  send(text: string): void {
    const message: Unsent = { id: newName(), text, writtenAt: Date.now() };
    this.#kept.set(`unsent:${message.id}`, JSON.stringify(message));
    this.#kept.set('begun', '1');
    this.#hasTyped();
    this.#render();
    this.start();
    void this.#sendAll();
  }

  typing(): void {
    const id = this.#conversation?.id;
    if (!id || !this.#isConnected || Date.now() - this.#saidTypingAt < TYPING_SAID_EVERY_MS) return;
    this.#saidTypingAt = Date.now();
    void this.#ask(PRESENCE, { id, state: 'TYPING' }).catch(() => undefined);
  }

  #hasTyped(): void {
    const id = this.#conversation?.id;
    if (id && this.#saidTypingAt > 0) void this.#ask(PRESENCE, { id, state: 'LEFT' }).catch(() => undefined);
    this.#saidTypingAt = 0;
  }

  /** Records what the visitor did in the shop. */
  async activity(input: Record<string, unknown>): Promise<void> {
    interface Answer {
      activityRecord: { userErrors: { message: string }[] };
    }
    const { activityRecord } = await this.#ask<Answer>(ACTIVITY, {
      input: { externalId: newName(), occurredAt: new Date().toISOString(), ...input },
    });
    const [refused] = activityRecord.userErrors;
    if (refused) throw new Error(refused.message);
  }

  async #ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const place = async () => ({ server: this.#server, bearer: await this.#session.token() });
    try {
      return await ask<Data>(await place(), query, variables);
    } catch (error) {
      if (!isLocked(error)) throw error;
      // The token ended before its time: revoked, or another tab has logged in.
      await this.#session.renew();
      return ask<Data>(await place(), query, variables);
    }
  }

  async #run(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      if (this.#isIdle) await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#isIdle = false;
      try {
        if (this.#after === null) await this.#readHistory();
        void this.#sendAll();
        this.#line = openLine(this.#server, await this.#session.token());
        this.#followTyping();
        await this.#line.follow<EventPayload>(EVENTS, { after: this.#after }, (payload) => {
          tries = 0;
          this.#take(payload);
        });
      } catch (error) {
        if (error instanceof GraphTrouble && error.code === 'CURSOR_EXPIRED') this.#after = null;
        if (isLocked(error)) await this.#session.renew().catch(() => undefined);
        this.#isRefused =
          error instanceof GraphTrouble && ['REFUSED', 'FORBIDDEN', 'UNAUTHENTICATED'].includes(error.code);
      }
      this.#line?.close();
      this.#isConnected = false;
      this.#typingIs(null);
      this.#render();
      await this.#pause(Math.min(LONGEST_WAIT_MS, 250 * 2 ** tries) * (0.5 + Math.random() / 2));
    }
  }

  /** As long as it takes, or until there is a reason to try at once. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #readHistory(): Promise<void> {
    await this.#session.token();
    const inbox = this.#session.inboxId;
    if (!inbox) throw new GraphTrouble([{ message: '', extensions: { code: 'REFUSED' } }]);
    const era = this.#era;
    const { cursor, node, conversations } = await this.#ask<History>(HISTORY, { inbox });
    if (era !== this.#era) throw new Error('Another session has begun.');
    this.#hours = node;
    const own = conversations.nodes.filter(({ legs }) => legs.some((leg) => leg.inbox.id === inbox));
    this.#conversation = own[0] ?? null;
    for (const { messages } of own) for (const message of messages.nodes) this.#messages.set(message.id, message);
    this.#after = cursor;
    this.#render();
    void this.#report();
  }

  #take({ cursor, event }: EventPayload): void {
    this.#after = cursor;
    this.#isConnected = true;
    this.#isRefused = false;
    const { conversation, message } = event ?? {};
    if (conversation && this.#isOurs(conversation)) {
      const isAnother = conversation.id !== this.#conversation?.id;
      this.#conversation = conversation;
      if (isAnother) this.#followTyping();
      if (message) {
        this.#messages.set(message.id, message);
        if (message.direction === 'OUTBOUND' && event?.type === 'MESSAGE_SENT') this.#typingIs(null);
        void this.#report();
      }
    }
    this.#render();
  }

  #isOurs({ legs }: Conversation): boolean {
    const inbox = this.#session.inboxId;
    return legs.some((leg) => leg.inbox.id === inbox);
  }

  /** Whoever types is told of one conversation only, and missing it does no harm. */
  #followTyping(): void {
    const id = this.#conversation?.id;
    const line = this.#line;
    if (!id || !line) return;
    void line
      .follow<TypingPayload>(TYPING, { id }, ({ event }) => {
        if (event?.type !== 'CONVERSATION_PRESENCE_CHANGED' || id !== this.#conversation?.id) return;
        const typist = event.conversation?.presence.find(
          ({ state, partyKind }) => state === 'TYPING' && partyKind !== 'CUSTOMER',
        );
        this.#typingIs(typist?.partyKind ?? null);
        this.#render();
      })
      .catch(() => undefined);
  }

  #typingIs(typist: string | null): void {
    clearTimeout(this.#typistTimer);
    this.#typist = typist;
    if (typist)
      this.#typistTimer = setTimeout(() => {
        this.#typist = null;
        this.#render();
      }, TYPING_LASTS_MS);
  }

  #unsent(): Unsent[] {
    return this.#kept
      .names()
      .filter((name) => name.startsWith('unsent:'))
      .map((name) => JSON.parse(this.#kept.get(name) ?? 'null') as Unsent | null)
      .filter((message) => message !== null)
      .sort((a, b) => a.writtenAt - b.writtenAt);
  }

  /** One after the other, in the order in which they were written; the rest waits for the next try. */
  #sendAll(): Promise<void> {
    return (this.#sending ??= this.#sendEach().finally(() => {
      this.#sending = null;
      this.#render();
    }));
  }

  async #sendEach(): Promise<void> {
    for (let tries = 0; ;) {
      const [next] = this.#unsent();
      if (!next) return;
      try {
        await this.#sendOne(next);
        tries = 0;
      } catch (error) {
        if (error instanceof GraphTrouble && FINAL.has(error.code)) this.#kept.set(`unsent:${next.id}`, null);
        this.#render();
        tries += 1;
        await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries)));
      }
    }
  }

  async #sendOne({ id, text }: Unsent): Promise<void> {
    interface Answer {
      chatMessageSend: {
        message: (Message & { conversation: Conversation }) | null;
        userErrors: { code: string; message: string }[];
      };
    }
    const era = this.#era;
    const { chatMessageSend } = await this.#ask<Answer>(SEND, { input: { clientMessageId: id, text } });
    const { message, userErrors } = chatMessageSend;
    if (userErrors[0]) throw new GraphTrouble([{ message: userErrors[0].message, extensions: userErrors[0] }]);
    this.#kept.set(`unsent:${id}`, null);
    if (!message || era !== this.#era) return;
    const isAnother = message.conversation.id !== this.#conversation?.id;
    this.#conversation = message.conversation;
    this.#messages.set(message.id, message);
    this.#answered.add(message.id);
    if (isAnother) this.#followTyping();
    this.#render();
  }

  /** Tells that our messages are on the screen; read when somebody looks at it. */
  async #report(): Promise<void> {
    const state = this.#isSeen ? 'READ' : 'DELIVERED';
    for (const { id, direction, delivery, inbox } of this.#messages.values()) {
      const known = this.#reported.get(id) ?? delivery?.state;
      if (direction !== 'OUTBOUND' || inbox?.channel !== 'LIVE_CHAT' || known === 'READ' || known === state) continue;
      this.#reported.set(id, state);
      // Not worth a second try: the next report of the same message says more.
      await this.#ask(REPORT, { input: { messageId: id, state } }).catch(() => this.#reported.delete(id));
    }
  }

  /** Another session speaks for somebody else, or for the same person with more to show: nothing of before stays. */
  #startOver(): void {
    this.#era += 1;
    this.#messages.clear();
    this.#reported.clear();
    this.#conversation = null;
    this.#after = null;
    this.#isIdle = this.#session.current === null;
    this.#line?.close();
    this.#wake();
    this.#render();
  }

  #render(): void {
    const messages = [...this.#messages.values()].sort(
      (a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.id.localeCompare(b.id),
    );
    this.#show({
      messages,
      unsent: this.#notYetStored(messages),
      isConnected: this.#isConnected,
      isRefused: this.#isRefused,
      typist: this.#typist,
      status: this.#conversation?.status ?? null,
      hours: this.#hours,
    });
  }

  /** The event of a message may be faster than the answer to whoever sent it: the same words are not shown twice. */
  #notYetStored(messages: readonly Message[]): Unsent[] {
    const stored = messages.filter(({ id, direction }) => direction === 'INBOUND' && !this.#answered.has(id));
    return this.#unsent().filter(({ text, writtenAt }) => {
      const at = stored.findIndex(
        (message) => message.text === text && Date.parse(message.occurredAt) >= writtenAt - 60_000,
      );
      if (at >= 0) stored.splice(at, 1);
      return at < 0;
    });
  }
}

/** Random enough to be nobody else's; `randomUUID` is missing on pages without TLS. */
const newName = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');

const isLocked = (error: unknown) => error instanceof GraphTrouble && error.code === 'UNAUTHENTICATED';
