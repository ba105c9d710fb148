import { afterAll, expect, test } from 'vitest';

import { providerKeys } from '../../../src/services/access/provider-keys.ts';
import { tokenVerifier, type TokenSettings } from '../../../src/services/access/verify-token.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { isUnavailable } from '../../../src/services/is-unavailable.ts';
import { post } from '../../support/graphql.ts';
import { withApp } from '../../support/start-app.ts';
import { openTokenIssuer } from '../../support/token-issuer.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const place = await withDatabase();
const installation = await readInstallation(place.sql);
const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((issuer) => issuer.close())));

const REFRESH_SECONDS = 300;
const SOON = () => new Date(Date.now() + 3_600_000);
const CLAIMS = { sub: 'somebody', role: 'supervisor', scope: 'graph:read' };

/** A provider over real HTTP, who believes it, and a clock that the test moves. */
async function aProvider(but: Partial<TokenSettings> = {}) {
  const issuer = await openTokenIssuer();
  open.push(issuer);
  const settings: TokenSettings = {
    ...{ issuer: issuer.url, audience: 'punos', keysRefreshSeconds: REFRESH_SECONDS },
    ...{ roleClaim: 'role', roleNames: new Map(), scopeClaim: 'scope', scopePrefix: '', withoutScopes: 'nothing' },
    ...{ identityClaim: 'sub', identityKind: 'external_id' },
    ...but,
  };
  let nowMs = 1_000_000;
  const verify = tokenVerifier(settings, installation, providerKeys(settings, { clock: () => nowMs }));
  return {
    issuer,
    token: (claims: object = {}) => issuer.token({ ...CLAIMS, ...claims }, SOON()),
    roleOf: async (token: string) => (await verify(place.database, token))?.viewer.role ?? null,
    viewerOf: async (token: string) => (await verify(place.database, token))?.viewer ?? null,
    passes: (seconds: number) => (nowMs += seconds * 1_000),
  };
}

test('C22: the keys are where the provider’s own description says, and are read once', async () => {
  const { issuer, token, roleOf } = await aProvider();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => token()));

  expect(await Promise.all(tokens.map(roleOf))).toEqual(tokens.map(() => 'supervisor'));
  expect(issuer.asked).toEqual({ description: 1, keys: 1 });
});

test('C22: a provider that calls itself something else, or sends its keys elsewhere without end, is believed in nothing', async () => {
  for (const description of [
    { issuer: 'https://somebody-else.example' },
    { jwks_uri: 'nowhere' },
    { jwks_uri: undefined },
    { issuer: undefined },
  ]) {
    const { issuer, token, roleOf } = await aProvider();
    Object.assign(issuer.description, description);
    await expect(roleOf(await token())).rejects.toSatisfy(isUnavailable);
  }
});

test('C22: after a rotation both keys are good, and the one that was rotated out is refused from the next refresh on', async () => {
  const { issuer, token, roleOf, passes } = await aProvider();
  const old = await token();
  expect(await roleOf(old)).toBe('supervisor');

  await issuer.rotate();
  passes(11);
  const fresh = await token();
  expect(await roleOf(fresh)).toBe('supervisor');
  expect(await roleOf(old)).toBe('supervisor');

  issuer.retire();
  passes(2 * REFRESH_SECONDS);
  expect(await roleOf(old)).toBeNull();
  expect(await roleOf(fresh)).toBe('supervisor');
});

test('C22: keys that became old are asked for behind the answer, and nobody waits', async () => {
  const { issuer, token, roleOf, passes } = await aProvider();
  const old = await token();
  await roleOf(old);
  await issuer.rotate();
  issuer.retire();
  passes(REFRESH_SECONDS + 1);

  // Still good: the question is under way. As soon as it is answered, no more.
  expect(await roleOf(old)).toBe('supervisor');
  await until(
    () => roleOf(old),
    (role) => role === null,
  );
  expect(issuer.asked.keys).toBe(2);
});

test('C22: key ids that nobody knows ask the provider once in ten seconds, however many there are', async () => {
  const { issuer, token, roleOf, passes } = await aProvider();
  await roleOf(await token());
  const elsewhere = await openTokenIssuer();
  open.push(elsewhere);
  await elsewhere.rotate();
  const strange = await Promise.all(
    Array.from({ length: 30 }, () => elsewhere.token({ ...CLAIMS, iss: issuer.url }, SOON())),
  );
  passes(11);

  expect(await Promise.all(strange.map(roleOf))).toEqual(strange.map(() => null));
  expect(await Promise.all(strange.map(roleOf))).toEqual(strange.map(() => null));
  expect(issuer.asked.keys).toBe(2);
  passes(11);
  await Promise.all(strange.map(roleOf));
  expect(issuer.asked.keys).toBe(3);
});

test('C22: while the provider is down known keys go on for a day, and then nobody is let in by them', async () => {
  const { issuer, token, roleOf, passes } = await aProvider();
  const known = await token();
  await roleOf(known);
  issuer.isDown = true;
  await issuer.rotate();
  const unknown = await token();

  for (let hours = 0; hours < 23; hours += 1) {
    passes(3_600);
    expect(await roleOf(known)).toBe('supervisor');
  }
  expect(await roleOf(unknown)).toBeNull();
  passes(3_600 + 1);
  await expect(roleOf(known)).rejects.toSatisfy(isUnavailable);
  passes(11);
  issuer.isDown = false;
  expect(await roleOf(unknown)).toBe('supervisor');
});

test('C22: a provider that was never reached lets nobody in and says that it may be otherwise later', async () => {
  const { issuer, token, roleOf, passes } = await aProvider();
  issuer.isDown = true;
  const first = await token();

  await expect(roleOf(first)).rejects.toSatisfy(isUnavailable);
  await expect(roleOf(first)).rejects.toSatisfy(isUnavailable);
  expect(issuer.asked.description).toBe(1);
  issuer.isDown = false;
  passes(11);
  expect(await roleOf(first)).toBe('supervisor');
});

test('C11, C22: what the provider calls a role is mapped; two of them, an unknown one, and none are no role', async () => {
  const { token, roleOf } = await aProvider({
    roleClaim: 'realm_access.roles',
    roleNames: new Map([
      ['support', 'agent'],
      ['support-lead', 'supervisor'],
      ['root', 'admin'],
    ]),
  });
  const as = async (roles: unknown) => roleOf(await token({ realm_access: { roles } }));

  expect(await as(['offline_access', 'support-lead'])).toBe('supervisor');
  expect(await as(['support-lead', 'support-lead'])).toBe('supervisor');
  expect(await as('root')).toBe('admin');
  for (const roles of [['support-lead', 'root'], [], ['admin'], 'supervisor', null, { root: true }, ['__proto__']])
    expect(await as(roles)).toBeNull();
  expect(await roleOf(await token({ 'realm_access.roles': 'support-lead' }))).toBe('supervisor');
});

test('C11: scopes may have a prefix, and a token without any gets what the operator says', async () => {
  const prefixed = await aProvider({ scopePrefix: 'punos.' });
  const rightsOf = async (viewer: ReturnType<typeof prefixed.viewerOf>) => [...(await viewer)!.rights];
  expect(
    await rightsOf(prefixed.viewerOf(await prefixed.token({ scope: 'openid punos.graph:read orders:read' }))),
  ).toEqual(['graph:read']);
  expect(await rightsOf(prefixed.viewerOf(await prefixed.token({ scope: null })))).toEqual([]);

  const nothing = await aProvider();
  expect(await rightsOf(nothing.viewerOf(await nothing.token({ scope: undefined })))).toEqual([]);
  const wide = await aProvider({ withoutScopes: 'role' });
  const rights = await rightsOf(wide.viewerOf(await wide.token({ scope: undefined })));
  expect(rights).toContain('audit:read');
  expect(rights).not.toContain('access:write');
  expect(await rightsOf(wide.viewerOf(await wide.token({ scope: null })))).toEqual([]);
});

test('C22: an address that the provider has not verified speaks for nobody', async () => {
  const { token, roleOf } = await aProvider({ identityClaim: 'email', identityKind: 'email' });
  const id = 'cus_0000000000000000000000000a';
  await place.sql`insert into customers (id, created_at, updated_at) values (${id}, now(), now())`;
  await place.sql`
    insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
    values ('idn_0000000000000000000000000a', ${id}, 'email', 'A@shop.example', 'a@shop.example', true, 'test', now(), now())`;
  const as = async (claims: object) => roleOf(await token({ role: 'customer', email: 'a@shop.example', ...claims }));

  expect(await as({ email_verified: true })).toBe('customer');
  expect(await as({})).toBe('customer');
  expect(await as({ email_verified: false })).toBeNull();
});

test('C22: a server believes its provider by issuer and audience alone, over a rotation and an outage', async () => {
  const issuer = await openTokenIssuer();
  open.push(issuer);
  const app = await withApp(place, { ...issuer.settings, JWT_KEYS_REFRESH_SECONDS: '1' });
  const ask = async (token: string) => (await post(app.url, token, '{ viewer { role } }')).status;
  const first = await issuer.token(CLAIMS, SOON());
  expect(await ask(first)).toBe(200);

  await issuer.rotate();
  issuer.retire();
  const second = await issuer.token({ ...CLAIMS, sub: 'somebody else' }, SOON());
  await until(
    () => ask(second),
    (status) => status === 200,
  );
  await until(
    () => ask(first),
    (status) => status === 401,
  );
  issuer.isDown = true;
  expect(await ask(await issuer.token({ ...CLAIMS, sub: 'a third' }, SOON()))).toBe(200);
});
