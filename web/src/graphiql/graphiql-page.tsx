import { GraphiQL } from 'graphiql';
import { type SubmitEvent, useEffect, useId, useMemo, useState } from 'react';

import { keepKey, readKey } from '../connection/api-key.ts';
import { CONTEXT_QUERY, EVENT_SUBSCRIPTION, PACKET_SUBSCRIPTION } from './examples.ts';
import { askForKey, graphFetcher } from './graph-fetcher.ts';

const TABS = [
  { query: CONTEXT_QUERY },
  { query: PACKET_SUBSCRIPTION, variables: '{\n  "customerId": "cus_…"\n}\n' },
  { query: EVENT_SUBSCRIPTION },
];

/** GraphiQL with one field more: the key. */
export function GraphiqlPage() {
  const [apiKey, setApiKey] = useState(readKey);
  const field = useId();
  const graph = useMemo(() => (apiKey === null ? null : graphFetcher(apiKey)), [apiKey]);
  useEffect(() => graph?.close, [graph]);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    if (typeof key !== 'string' || key.trim() === '') return;
    keepKey(key.trim());
    setApiKey(key.trim());
  };

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
          defaultValue={apiKey ?? ''}
          placeholder="Bearer key of any role"
        />
        <button type="submit">Use</button>
        <p role="status">{apiKey === null ? 'No key yet: nothing is sent.' : 'Kept in this tab only.'}</p>
        <a href="/">Live page</a>
      </form>
      {/* Another key sees another graph: the editor starts anew and reads the schema again. */}
      <GraphiQL
        key={apiKey ?? ''}
        fetcher={graph?.fetcher ?? askForKey}
        defaultTabs={TABS}
        isHeadersEditorEnabled={false}
        showPersistHeadersSettings={false}
      />
    </div>
  );
}
