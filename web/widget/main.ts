import { Chat } from './chat.ts';
import { keptUnder } from './kept.ts';
import { Session, type Login } from './session.ts';
import { openView, type View } from './view.ts';
import { wordsOf } from './words.ts';

/** What a page can say to the widget. */
interface PunosApi {
  /** Records what the visitor did: a visit, a product view, the whole basket. Fields as of `ActivityInput`. */
  activity: (input: Record<string, unknown>) => Promise<void>;
  /** Says who the visitor is: a token from the shop's backend, or a function that fetches one for the token of before. */
  identify: (login: Login) => Promise<void>;
  /** The visitor's token of now, for the shop's backend. */
  token: () => Promise<string>;
  /** At the logout: forgets the session and everything shown. */
  forget: () => void;
  open: () => void;
}
declare global {
  interface Window {
    Punos?: PunosApi;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const { key, inbox, language = document.documentElement.lang || 'en', theme = 'auto' } = script?.dataset ?? {};
if (!script || !key || !inbox) reportError(new Error('Punos: the script needs data-key and data-inbox.'));
else if (!window.Punos) window.Punos = begin(new URL(script.src).origin, key, inbox);

function begin(server: string, pageKey: string, inboxName: string): PunosApi {
  const kept = keptUnder(`punos:${inboxName}:`);
  const session = new Session({ server, key: pageKey, inbox: inboxName, kept });
  let view: View | null = null;
  const chat = new Chat({ server, session, kept, show: (shown) => view?.show(shown) });
  const appear = () => {
    view = openView({
      words: wordsOf(language),
      language,
      theme,
      acts: {
        onOpen: () => chat.start(),
        onSeen: (isSeen) => (chat.isSeen = isSeen),
        onSend: (text) => chat.send(text),
        onTyping: () => chat.typing(),
      },
    });
    // Whoever never wrote costs the server nothing until the dialog is opened.
    if (chat.hasBegun) chat.start();
  };
  if (document.body) appear();
  else addEventListener('DOMContentLoaded', appear, { once: true });
  return {
    activity: (input) => chat.activity(input),
    identify: (login) => session.identify(login),
    token: () => session.token(),
    forget: () => session.forget(),
    open: () => view?.open(),
  };
}
