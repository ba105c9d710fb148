import { createRoot } from 'react-dom/client';

import { Page } from './page.tsx';

// A fragment is never sent to a server. In a product of yours this is the token of your login.
const token = new URLSearchParams(location.hash.slice(1)).get('key');
const url = (import.meta.env['VITE_PUNOS_URL'] as string | undefined) ?? location.origin;

createRoot(document.getElementById('page')!).render(
  token ? <Page url={url} token={token} /> : <p>Open this page with #key=… of an agent behind its address.</p>,
);
