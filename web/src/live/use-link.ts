import { useEffect, useState } from 'react';

import { type Link, type LinkState, openLink } from '../connection/open-link.ts';

/** One socket for this key, as long as the page shows it. */
export function useLink(key: string): { link: Link | null; state: LinkState } {
  const [link, setLink] = useState<Link | null>(null);
  const [state, setState] = useState<LinkState>({ kind: 'connecting' });

  useEffect(() => {
    const opened = openLink(key, setState);
    setLink(opened);
    return () => {
      setLink(null);
      opened.close();
    };
  }, [key]);

  return { link, state };
}
