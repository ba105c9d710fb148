import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

export interface TokenIssuer {
  readonly url: string;
  /** Settings of a server that believes this issuer. */
  readonly settings: Readonly<Record<string, string>>;
  /** Signed with the newest key. */
  token(claims: Readonly<Record<string, unknown>>, expiresAt: Date): Promise<string>;
  /** Signs with a new key from now on, which stands beside the old ones. */
  rotate(): Promise<void>;
  /** Names only the newest key from now on. */
  retire(): void;
  /** What it says of itself, beside where its keys are. */
  readonly description: Record<string, unknown>;
  /** True: it answers 503 to everything. */
  isDown: boolean;
  /** How often its keys were asked for. */
  readonly asked: { keys: number; description: number };
  close(): Promise<void>;
}

const AUDIENCE = 'punos';

/** An OpenID provider on the loopback: describes itself, serves its public keys, rotates them, signs what a test wants. */
export async function openTokenIssuer(): Promise<TokenIssuer> {
  const published: JWK[] = [];
  let newest: { kid: string; key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'] };
  let count = 0;
  const rotate = async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const kid = `key-${(count += 1)}`;
    published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
    newest = { kid, key: privateKey };
  };
  await rotate();
  const asked = { keys: 0, description: 0 };
  const description: Record<string, unknown> = {};
  const server = createServer((request, response) => {
    const isDescription = request.url === '/.well-known/openid-configuration';
    asked[isDescription ? 'description' : 'keys'] += 1;
    response.statusCode = issuer.isDown ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isDescription ? description : { keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(description, { issuer: url, jwks_uri: `${url}/keys` });
  const issuer: TokenIssuer = {
    url,
    settings: { JWT_ISSUER: url, JWT_AUDIENCE: AUDIENCE },
    token: (claims, expiresAt) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: newest.kid, typ: 'at+jwt' })
        .setIssuer(url)
        .setAudience(AUDIENCE)
        // A second ago: `iat` has whole seconds, and a token of the very second of a revocation counts as older.
        .setIssuedAt(Math.floor(Date.now() / 1_000) - 1)
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
        .sign(newest.key),
    rotate,
    retire: () => void published.splice(0, published.length - 1),
    description,
    isDown: false,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return issuer;
}
