import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenIssuer {
  /** Settings of a server that believes this issuer. */
  readonly settings: Readonly<Record<string, string>>;
  token(claims: Readonly<Record<string, unknown>>, expiresAt: Date): Promise<string>;
  close(): Promise<void>;
}

const AUDIENCE = 'punos';

/** An identity provider on the loopback: serves its public key, signs what a test wants. */
export async function openTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: { JWT_ISSUER: issuer, JWT_AUDIENCE: AUDIENCE, JWT_JWKS_URL: `${issuer}/jwks.json` },
    token: (claims, expiresAt) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        // A second ago: `iat` has whole seconds, and a token of the very second of a revocation counts as older.
        .setIssuedAt(Math.floor(Date.now() / 1_000) - 1)
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
        .sign(privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
