import 'reflect-metadata';

import { openDatabase } from '../../src/database/open-database.ts';
import { applyRetention } from '../../src/services/persons/apply-retention.ts';
import { readRetentionRules } from '../../src/services/persons/set-retention-rule.ts';
import { aScope } from './scopes.ts';

/** A process that applies the rules of retention and may be killed while it does; the address comes as argument. */
const database = openDatabase(process.argv[2] ?? '', { poolSize: 2, statementTimeoutMs: 30_000 });
const scope = aScope(database, 'admin');
for (const rule of await readRetentionRules(scope)) await applyRetention(scope, rule);
await database.close();
