import type { SourceFact } from '../services/intake/source-fact.ts';
import { isSignedBy, readSignedHead } from '../values/standard-webhooks.ts';
import type { ConnectorDialect } from './connector-dialect.ts';
import { readJson, refused } from './fields.ts';
import { readFact } from './read-fact.ts';

/** Facts in one request, at most. */
const MOST_FACTS = 100;

/** Any shop, carrier or till: facts in our own words, signed by Standard Webhooks. docs/connectors.md describes them. */
export const facts: ConnectorDialect = {
  name: 'facts',
  readHead(headers, now) {
    const head = readSignedHead(headers, now);
    if (!head || head.signatures.length === 0) return null;
    return { id: head.id, isSignedBy: (secrets, bytes) => isSignedBy(secrets, head, bytes) };
  },
  read({ bytes }): SourceFact[] {
    const body = readJson(bytes);
    if (!body.has('facts')) return readFact(body);
    const all = body.objects('facts', MOST_FACTS);
    if (all.length === 0) throw refused(`\`facts\` must be a list of 1 to ${MOST_FACTS}.`, body.at('facts'));
    return all.flatMap(readFact);
  },
};
