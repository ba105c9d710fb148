import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';

import { openAuthenticator } from '../../../src/services/access/authenticate.ts';
import { revokeViewer } from '../../../src/services/access/revoke-viewer.ts';
import { tokenVerifier } from '../../../src/services/access/verify-token.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import { newId } from '../../../src/values/ids.ts';
import type { PartnerKind } from '../../../src/values/vocabulary.ts';
import { systemScope } from '../../support/start-app.ts';
import { withDatabase } from '../../support/with-database.ts';

const database = await withDatabase();
const installation = await readInstallation(database.sql);
const pair = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256', { extractable: true });
const settings = {
  issuer: 'https://login.example',
  audience: 'punos',
  jwksUrl: 'https://login.example/keys',
  keysRefreshSeconds: 300,
  roleClaim: 'role',
  roleNames: new Map(),
  scopeClaim: 'scope',
  scopePrefix: '',
  withoutScopes: 'nothing' as const,
  identityClaim: 'sub',
  identityKind: 'external_id',
};
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }] });
const verify = tokenVerifier(settings, installation, keys);
const authenticator = openAuthenticator(database.database, installation, settings, { verifyToken: verify });

const customerId = newId('customer');
await database.sql`insert into customers (id, created_at, updated_at) values (${customerId}, now(), now())`;
await database.sql`
  insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
  values (${newId('identity')}, ${customerId}, 'external_id', 'shop:7', 'shop:7', true, 'test', now(), now())`;

const now = () => Math.floor(Date.now() / 1000);
const claims = (given: JWTPayload = {}): JWTPayload => ({
  iss: settings.issuer,
  aud: settings.audience,
  sub: 'user-1',
  iat: now(),
  exp: now() + 600,
  role: 'supervisor',
  scope: 'graph:read customers:read access:write',
  ...given,
});
const sign = (payload: JWTPayload, header: Record<string, unknown> = {}, key = pair.privateKey) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'one', ...header }).sign(key);
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a good token is a viewer: its role, its scopes as far as the role has them, an end', async () => {
  const token = claims();
  const session = await authenticator.authenticate(await sign(token));

  expect(session?.viewer).toMatchObject({ role: 'supervisor', agentId: null, customerId: null });
  expect([...(session?.viewer.rights ?? [])]).toEqual(['graph:read', 'customers:read', 'pickups:read']);
  expect(session?.viewer.expiresAt).toEqual(new Date(token.exp! * 1000));
  expect(session?.viewer.principal).toMatch(/^jwt:[\w-]{22}$/);
});

test('a customer is who the claim says', async () => {
  const known = await authenticator.authenticate(
    await sign(claims({ sub: 'shop:7', role: 'customer', scope: 'graph:read' })),
  );
  expect(known?.viewer.customerId).toBe(customerId);

  expect(await authenticator.authenticate(await sign(claims({ sub: 'shop:8', role: 'customer' })))).toBeNull();
});

test('a partner’s token has what its kind needs, as far as its scopes go, and never more', async () => {
  const scope = 'graph:read orders:read payments:read addresses:read stock:read customers:read __proto__';
  const rightsAs = async (kind: PartnerKind) => {
    await ensurePartner(systemScope(database), { externalId: kind, name: kind, kind });
    const session = await authenticator.authenticate(await sign(claims({ sub: kind, role: 'partner', scope })));
    return [...session!.viewer.rights].toSorted();
  };

  expect(await rightsAs('carrier')).toEqual(['addresses:read', 'graph:read', 'orders:read']);
  expect(await rightsAs('marketplace')).toEqual(['graph:read', 'orders:read', 'payments:read']);
  expect(await rightsAs('store_chain')).toEqual(['graph:read', 'orders:read', 'stock:read']);
});

test('a scope that was given before its right was parted still gives both parts', async () => {
  const rightsOf = async (scope: string) => {
    const session = await authenticator.authenticate(await sign(claims({ sub: scope, scope })));
    return [...session!.viewer.rights].toSorted();
  };

  expect(await rightsOf('payments:read')).toEqual(['addresses:read', 'payments:read']);
  expect(await rightsOf('customers:read')).toEqual(['customers:read', 'pickups:read']);
  expect(await rightsOf('orders:read constructor __proto__')).toEqual(['orders:read']);
});

test('a token that names purposes has no right whose data serves none of them, and one that names none has those of its role', async () => {
  const viewerOf = async (purposes: unknown) => {
    const scope = 'graph:read conversations:read orders:read';
    const session = await authenticator.authenticate(
      await sign(claims({ sub: `for ${JSON.stringify(purposes)}`, scope, purposes })),
    );
    const { rights, purposes: held } = session!.viewer;
    return [[...rights].toSorted(), held && [...held]];
  };
  expect(await viewerOf('order_updates root')).toEqual([['graph:read', 'orders:read'], ['order_updates']]);
  expect(await viewerOf(['service', 7])).toEqual([['conversations:read', 'graph:read', 'orders:read'], ['service']]);
  for (const nothing of ['', null, { service: true }]) expect(await viewerOf(nothing)).toEqual([['graph:read'], []]);
  expect(await viewerOf(undefined)).toEqual([['conversations:read', 'graph:read', 'orders:read'], null]);
});

describe('C22: refused', () => {
  test.each<[string, JWTPayload]>([
    ['another audience', { aud: 'other' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['expired', { exp: now() - 1 }],
    ['not yet, by more than the clocks may differ', { nbf: now() + 60 }],
    ['issued later than now, by more than the clocks may differ', { iat: now() + 60 }],
    ['no end', { exp: undefined as never }],
    ['no beginning', { iat: undefined as never }],
    ['no subject', { sub: undefined as never }],
    ['no role', { role: undefined }],
    ['an unknown role', { role: 'root' }],
    ['a role that is a list', { role: ['admin'] }],
  ])('%s', async (_, given) => {
    const payload = Object.fromEntries(Object.entries(claims(given)).filter(([, value]) => value !== undefined));
    expect(await verify(database.database, await sign(payload))).toBeNull();
  });

  test('an algorithm of "none"', async () => {
    expect(await verify(database.database, `${b64({ alg: 'none', typ: 'JWT' })}.${b64(claims())}.`)).toBeNull();
  });

  test('the public key used as a shared secret', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'one' }).sign(secret);
    expect(await verify(database.database, token)).toBeNull();
  });

  test('a key of somebody else, also when the header brings it along', async () => {
    expect(await verify(database.database, await sign(claims(), {}, stranger.privateKey))).toBeNull();
    const jwk = await exportJWK(stranger.publicKey);
    expect(
      await verify(database.database, await sign(claims(), { jwk, kid: undefined }, stranger.privateKey)),
    ).toBeNull();
    expect(
      await verify(
        database.database,
        await sign(claims(), { jku: 'https://evil.example', kid: 'x' }, stranger.privateKey),
      ),
    ).toBeNull();
  });

  test.each(['../../etc/passwd', 'https://evil.example/keys', 'two'])('the key id %s', async (kid) => {
    expect(await verify(database.database, await sign(claims(), { kid }))).toBeNull();
  });

  test.each(['', 'logout+jwt', 'id+jwt'])('a token of the type "%s"', async (typ) => {
    expect(await verify(database.database, await sign(claims(), { typ }))).toBeNull();
  });

  test('an edited payload, a huge token, and what is no token', async () => {
    const [header, , signature] = (await sign(claims())).split('.');
    expect(await verify(database.database, `${header}.${b64(claims({ role: 'admin' }))}.${signature}`)).toBeNull();
    expect(await verify(database.database, await sign(claims({ padding: 'x'.repeat(9_000) })))).toBeNull();
    for (const text of ['', 'a.b.c', '..', 'pk_admin_x']) expect(await verify(database.database, text)).toBeNull();
  });

  test('claims that stand there twice, so that two readers may see two tokens', async () => {
    const twice = async (part: 'header' | 'payload') => {
      const [header, payload] = [{ alg: 'RS256', typ: 'JWT', kid: 'one' }, claims()].map((one) => JSON.stringify(one));
      const parts = {
        header: part === 'header' ? header!.replace('{', '{"alg":"none",') : header!,
        payload: part === 'payload' ? payload!.replace('{', '{"role":"customer","r\\u006fle":"agent",') : payload!,
      };
      const text = [parts.header, parts.payload].map((one) => Buffer.from(one).toString('base64url')).join('.');
      const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, Buffer.from(text));
      return `${text}.${Buffer.from(signature).toString('base64url')}`;
    };
    for (const part of ['header', 'payload'] as const)
      expect(await verify(database.database, await twice(part))).toBeNull();
  });

  test('a scope that is nothing gives nothing', async () => {
    const session = await authenticator.authenticate(await sign(claims({ scope: { all: true } })));
    expect(session?.viewer.rights.size).toBe(0);
  });
});

test('a revoked subject is refused with the tokens it has, and let in with a newer one', async () => {
  const old = await sign(claims({ sub: 'user-2', iat: now() - 10 }));
  const session = await authenticator.authenticate(old);
  const principal = session!.viewer.principal;

  await revokeViewer(systemScope(database), principal);

  expect(await authenticator.recheck([session!])).toEqual([null]);
  authenticator.forget(principal);
  expect(await authenticator.authenticate(old)).toBeNull();
  expect(await authenticator.authenticate(await sign(claims({ sub: 'user-2', iat: now() + 5 })))).not.toBeNull();
});
