import { useCallback, useEffect, useRef, useState } from 'react';

import { ChannelStrip } from './channel-strip.tsx';
import { ConversationList } from './conversation-list.tsx';
import { LinkBadge } from './link-badge.tsx';
import { Pace, type Sample } from './pace.tsx';
import { PacketWatch } from './packet-watch.tsx';
import { useConversations } from './use-conversations.ts';
import { useLink } from './use-link.ts';
import { Wordmark } from './wordmark.tsx';

const KEPT_SAMPLES = 100;
/** Who follows what moves stays with a customer until they have been quiet for this long. */
const QUIET_AFTER_MS = 6_000;

interface LiveViewProps {
  apiKey: string;
  /** Back to the key form; the reason when the key was refused. */
  onLeave: (reason: string | null) => void;
}

/** The list on one side, the chosen customer's packet on the other; on a phone one of the two. */
export function LiveView({ apiKey, onLeave }: LiveViewProps) {
  const { link, state } = useLink(apiKey);
  const { entries, touched, refusal } = useConversations(apiKey, link);
  const [chosen, setChosen] = useState<string | null>(null);
  const [reading, setReading] = useState(false);
  const [samples, setSamples] = useState<readonly Sample[]>([]);

  const refused = refusal ?? (state.kind === 'refused' ? state.reason : null);
  useEffect(() => {
    if (refused !== null) onLeave(refused);
  }, [refused, onLeave]);

  // Somebody who has just opened the page wants to see something move: the newest conversation is chosen for them, and
  // another one when it falls quiet, until they choose by themselves.
  const [following, setFollowing] = useState(true);
  const lastMoveAt = useRef(0);
  const newest = entries?.[0] ?? null;
  useEffect(() => {
    if (!following || newest === null || Date.now() - lastMoveAt.current < QUIET_AFTER_MS) return;
    lastMoveAt.current = Date.now();
    setChosen(newest.id);
  }, [following, newest]);
  const choose = useCallback((id: string) => {
    setFollowing(false);
    setChosen(id);
  }, []);

  const onPainted = useCallback((ms: number) => {
    lastMoveAt.current = Date.now();
    setSamples((before) => [...before, { number: (before.at(-1)?.number ?? 0) + 1, ms }].slice(-KEPT_SAMPLES));
  }, []);

  // The customer stays watched when their conversation has moved out of the list.
  const [customerId, setCustomerId] = useState<string | null>(null);
  const chosenCustomer = entries?.find(({ id }) => id === chosen)?.customer.id;
  useEffect(() => {
    if (chosenCustomer !== undefined) setCustomerId(chosenCustomer);
  }, [chosenCustomer]);

  return (
    <div className="frame" data-reading={reading}>
      <a className="skip" href="#packet">
        Skip to the context packet
      </a>
      <header className="bar">
        <Wordmark />
        <LinkBadge state={state} />
        <nav>
          <a href="/graphiql">GraphiQL</a>
          <button type="button" className="quiet" onClick={() => onLeave(null)}>
            Change key
          </button>
        </nav>
      </header>
      <Pace samples={samples} />
      <ChannelStrip link={link} />
      <div className="columns">
        <ConversationList
          entries={entries}
          touched={touched}
          chosen={chosen}
          following={following}
          onFollow={setFollowing}
          onChoose={choose}
          onOpen={(id) => {
            choose(id);
            setReading(true);
          }}
        />
        <main id="packet" tabIndex={-1}>
          <button type="button" className="back quiet" onClick={() => setReading(false)}>
            ← Conversations
          </button>
          {customerId === null ? (
            <p className="empty">Choose a conversation to watch its customer.</p>
          ) : (
            <PacketWatch key={customerId} link={link} customerId={customerId} onPainted={onPainted} />
          )}
        </main>
      </div>
    </div>
  );
}
