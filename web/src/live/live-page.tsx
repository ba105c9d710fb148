import { useState } from 'react';

import { forgetKey, keepKey, readKey } from '../connection/api-key.ts';
import { KeyForm } from './key-form.tsx';
import { LiveView } from './live-view.tsx';

/** Asks for a key, then shows what this key may see. */
export function LivePage() {
  const [apiKey, setApiKey] = useState(readKey);
  const [refusal, setRefusal] = useState<string | null>(null);

  const enter = (key: string) => {
    keepKey(key);
    setRefusal(null);
    setApiKey(key);
  };
  const leave = (reason: string | null) => {
    forgetKey();
    setRefusal(reason);
    setApiKey(null);
  };

  return apiKey === null ? (
    <KeyForm refusal={refusal} onKey={enter} />
  ) : (
    <LiveView key={apiKey} apiKey={apiKey} onLeave={leave} />
  );
}
