import './live.css';

import { createRoot } from 'react-dom/client';

import { LivePage } from './live-page.tsx';

createRoot(document.getElementById('page')!).render(<LivePage />);
