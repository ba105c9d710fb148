import { expect, test } from 'vitest';

import { openSecret, sealSecret } from '../../../src/services/access/sealed-secret.ts';

const installation = { epoch: 'one', secret: Buffer.alloc(32, 1) };
const other = { epoch: 'one', secret: Buffer.alloc(32, 2) };

test('a secret opens where it was sealed, and looks different each time', () => {
  const [one, two] = [
    sealSecret(installation, 'inbox:a:hook', 'whsec_ä'),
    sealSecret(installation, 'inbox:a:hook', 'whsec_ä'),
  ];

  expect(openSecret(installation, 'inbox:a:hook', one)).toBe('whsec_ä');
  expect(openSecret(installation, 'inbox:a:hook', two)).toBe('whsec_ä');
  expect(one.equals(two)).toBe(false);
  expect(one.includes('whsec')).toBe(false);
});

test('it opens for no other place and no other installation, and not when a bit of it changed', () => {
  const sealed = sealSecret(installation, 'inbox:a:hook', 'whsec_secret');

  expect(() => openSecret(installation, 'inbox:b:hook', sealed)).toThrow();
  expect(() => openSecret(other, 'inbox:a:hook', sealed)).toThrow();
  for (let byte = 0; byte < sealed.length; byte += 1) {
    const changed = Buffer.from(sealed);
    changed[byte]! ^= 1;
    expect(() => openSecret(installation, 'inbox:a:hook', changed), `byte ${byte}`).toThrow();
    expect(() => openSecret(installation, 'inbox:a:hook', sealed.subarray(0, byte)), `cut at ${byte}`).toThrow();
  }
});
