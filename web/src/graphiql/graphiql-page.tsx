import { GraphiQL } from 'graphiql';
import { type SubmitEvent, useCallback, useEffect, useId, useMemo, useState } from 'react';

import { forgetKey, keepKey, readKey } from '../connection/api-key.ts';
import { ask } from '../connection/ask.ts';
import { refusalOfKey } from '../connection/graph-error.ts';
import { NEWEST_CUSTOMER, tabsFor } from './examples.ts';
import { graphFetcher } from './graph-fetcher.ts';

const VARIABLES = 'graphiql:variables';

/** GraphiQL with one field more: the key. Before there is one nothing is sent. */
export function GraphiqlPage() {
  const [typed, setTyped] = useState(readKey);
  const [accepted, setAccepted] = useState<{ key: string; customerId: string | null } | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const field = useId();

  useEffect(() => {
    if (typed === null) return undefined;
    let isCurrent = true;
    void check(typed).then((result) => {
      if (!isCurrent) return;
      if ('trouble' in result) forgetKey();
      else keepKey(typed);
      setTrouble('trouble' in result ? result.trouble : null);
      setAccepted('trouble' in result ? null : { key: typed, customerId: result.customerId });
    });
    return () => {
      isCurrent = false;
    };
  }, [typed]);

  const submit = useCallback((event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    if (typeof key === 'string' && key.trim() !== '') setTyped(key.trim());
  }, []);

  return (
    <div className="workbench">
      <form className="key-bar" onSubmit={submit}>
        <label htmlFor={field}>API key</label>
        <input
          id={field}
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          defaultValue={typed ?? ''}
          placeholder="A key of any role: npm start prints one for each"
          aria-invalid={trouble !== null}
        />
        <button type="submit">Use</button>
        <p role="status">{trouble ?? (accepted ? 'Kept in this tab only.' : 'No key yet: nothing is sent.')}</p>
        <a href="/">Live page</a>
      </form>
      {/* Another key sees another graph: the editor starts anew and reads the schema again. */}
      {accepted ? (
        <Editor key={accepted.key} apiKey={accepted.key} customerId={accepted.customerId} />
      ) : (
        <p className="waiting">The editor opens with a key: its role decides what there is to see.</p>
      )}
    </div>
  );
}

function Editor({ apiKey, customerId }: { apiKey: string; customerId: string | null }) {
  const graph = useMemo(() => graphFetcher(apiKey), [apiKey]);
  useEffect(() => graph.close, [graph]);
  const tabs = useMemo(() => {
    const made = tabsFor(customerId);
    // GraphiQL takes the variables of the tab that it opens first from here and not from the tab; what somebody wrote stays.
    if (localStorage.getItem(VARIABLES) === null) localStorage.setItem(VARIABLES, made[0]?.variables ?? '');
    return made;
  }, [customerId]);
  return (
    <GraphiQL
      fetcher={graph.fetcher}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
    />
  );
}

/** Whether the key is let in, and a customer whom the examples can speak of. */
async function check(key: string): Promise<{ customerId: string | null } | { trouble: string }> {
  try {
    const found = await ask<{ conversations: { nodes: { customer: { id: string } }[] } }>(key, NEWEST_CUSTOMER);
    return { customerId: found.conversations.nodes[0]?.customer.id ?? null };
  } catch (error) {
    // A key may be good and see no conversations: a partner's, for example.
    const refusal = refusalOfKey(error, { onlyUnknown: true });
    return refusal === null ? { customerId: null } : { trouble: refusal };
  }
}
