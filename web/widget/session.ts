import { ask, GraphTrouble } from './graph.ts';
import type { Kept } from './kept.ts';

/** What the shop's backend gives for a shopper who is logged in: the token of `visitorSessionStart` with an identity. */
export type Login = string | ((visitorToken: string | null) => Promise<string | null>);

interface Claims {
  readonly exp: number;
  readonly jti: string;
  readonly inbox: string | null;
  readonly known: boolean;
}

const START = `mutation WidgetStart($input: VisitorSessionStartInput!) {
  visitorSessionStart(input: $input) { token userErrors { code message } }
}`;
const RENEWED_BEFORE_MS = 60_000;

/** The visitor's session: a token that is kept, renewed before it ends, and replaced at the login. */
export class Session {
  readonly #server: string;
  readonly #key: string;
  readonly #inbox: string;
  readonly #kept: Kept;
  #login: Login | null = null;
  #renewing: Promise<string> | null = null;
  #onChange: () => void = () => undefined;

  constructor(options: { server: string; key: string; inbox: string; kept: Kept }) {
    this.#server = options.server;
    this.#key = options.key;
    this.#inbox = options.inbox;
    this.#kept = options.kept;
    let known = this.current && claimsOf(this.current)?.jti;
    // Another tab has logged in or out.
    addEventListener('storage', () => {
      const now = this.current && claimsOf(this.current)?.jti;
      if (now !== known) this.#onChange();
      known = now;
    });
  }

  /** Told when another session takes the place of this one. */
  set onChange(tell: () => void) {
    this.#onChange = tell;
  }

  get current(): string | null {
    return this.#kept.get('token');
  }

  get inboxId(): string | null {
    return this.current && (claimsOf(this.current)?.inbox ?? null);
  }

  /** A token that is good for a while yet. */
  async token(): Promise<string> {
    const { current } = this;
    const endsAt = current ? (claimsOf(current)?.exp ?? 0) * 1_000 : 0;
    return current && endsAt - Date.now() > RENEWED_BEFORE_MS ? current : this.renew();
  }

  /** Goes on with another token: the same visitor's, or, where the server knows that one no more, a new visitor's. */
  renew(): Promise<string> {
    return (this.#renewing ??= this.#alone(() => this.#renew()).finally(() => (this.#renewing = null)));
  }

  /** Who the visitor is, as the shop's backend says. A function is asked when there is no session of a known shopper yet. */
  async identify(login: Login): Promise<void> {
    this.#login = login;
    const { current } = this;
    if (typeof login !== 'string' && current && isKnown(current) && (await this.token()) === current) return;
    await this.#alone(() => this.#logIn());
  }

  forget(): void {
    this.#login = null;
    for (const name of this.#kept.names()) this.#kept.set(name, null);
    this.#onChange();
  }

  async #renew(): Promise<string> {
    const { current } = this;
    if (current && isKnown(current)) {
      const known = await this.#logIn();
      if (known) return known;
    }
    const former = current && !isKnown(current) ? current : null;
    const started = (former && (await this.#start(former))) || (await this.#start(null));
    if (!started)
      throw new GraphTrouble([{ message: 'The chat could not be started.', extensions: { code: 'REFUSED' } }]);
    return this.#take(started);
  }

  async #logIn(): Promise<string | null> {
    const token = typeof this.#login === 'function' ? await this.#login(this.current) : this.#login;
    // A token that is over is none: a page that was given a text cannot ask for the next one.
    return token && (claimsOf(token)?.exp ?? 0) * 1_000 > Date.now() ? this.#take(token) : null;
  }

  async #start(visitorToken: string | null): Promise<string | null> {
    const input = { inbox: this.#inbox, visitorToken, origin: location.origin };
    const { visitorSessionStart } = await ask<{ visitorSessionStart: { token: string | null } }>(
      { server: this.#server, bearer: this.#key },
      START,
      { input },
    );
    return visitorSessionStart.token;
  }

  #take(token: string): string {
    const before = this.current && claimsOf(this.current)?.jti;
    this.#kept.set('token', token);
    if (before !== (claimsOf(token)?.jti ?? null)) this.#onChange();
    return token;
  }

  /** Two tabs that start at once are one visitor. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return 'locks' in navigator ? navigator.locks.request(`punos ${this.#inbox}`, work) : work();
  }
}

const isKnown = (token: string) => claimsOf(token)?.known === true;

function claimsOf(token: string): Claims | null {
  try {
    return JSON.parse(atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))) as Claims;
  } catch {
    return null;
  }
}
