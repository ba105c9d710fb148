import 'graphiql/style.css';
import './graphiql.css';

import { createRoot } from 'react-dom/client';

import { GraphiqlPage } from './graphiql-page.tsx';

createRoot(document.getElementById('page')!).render(<GraphiqlPage />);
