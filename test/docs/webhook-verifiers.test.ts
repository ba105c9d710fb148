import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { Webhook } from 'standardwebhooks';
import { afterAll, expect, test } from 'vitest';

import { newWebhookSecret } from '../../src/services/partners/webhook-secrets.ts';

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const codeIn = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)![1]!;
const folder = mkdtempSync(join(tmpdir(), 'punos-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

interface Case {
  readonly secret: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
/** What is to be believed and what is not, each with the answer. */
function cases(): [string, Case, boolean][] {
  const [secret, other] = [newWebhookSecret(), newWebhookSecret()];
  const body = '{"data":{"text":"äö €"}}';
  const signed = (at: Date, by = [secret]) => ({
    'webhook-id': 'whd_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': by.map((one) => new Webhook(one).sign('whd_1', at, body)).join(' '),
  });
  const now = new Date();
  const good = signed(now);
  return [
    ['signed', { secret, headers: good, body }, true],
    ['signed by two, the second one known', { secret, headers: signed(now, [other, secret]), body }, true],
    ['signed by another', { secret: other, headers: good, body }, false],
    ['another body', { secret, headers: good, body: `${body} ` }, false],
    ['another id', { secret, headers: { ...good, 'webhook-id': 'whd_2' }, body }, false],
    ['too old', { secret, headers: signed(new Date(now.getTime() - 360_000)), body }, false],
    ['not signed', { secret, headers: { ...good, 'webhook-signature': '' }, body }, false],
    ['no headers', { secret, headers: {}, body }, false],
  ];
}

test('F1: the verifier in JavaScript believes what is signed, and nothing else', async () => {
  const path = file('verify.mjs', codeIn('js'));
  const { isFromPunos } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    isFromPunos(secret: string, headers: object, body: Buffer): boolean;
  };

  for (const [name, { secret, headers, body }, expected] of cases())
    expect(isFromPunos(secret, headers, Buffer.from(body)), name).toBe(expected);
});

test.skipIf(!isThere('python3'))('F1: the verifier in Python believes what is signed, and nothing else', () => {
  const all = cases();
  const main = `
import json, sys
for one in json.load(sys.stdin):
    print(is_from_punos(one["secret"], one["headers"], one["body"].encode()))
`;
  const path = file('verify.py', codeIn('python') + main);

  const answers = execFileSync('python3', [path], {
    input: JSON.stringify(all.map(([, one]) => one)),
    encoding: 'utf8',
  });

  expect(answers.trim().split('\n')).toEqual(all.map(([, , expected]) => (expected ? 'True' : 'False')));
});

test.skipIf(!isThere('javac'))('F1: the verifier in Java believes what is signed, and nothing else', () => {
  const all = cases();
  const calls = all.map(([, { secret, headers, body }]) => {
    const pairs = Object.entries(headers).flatMap(([name, value]) => [name, value].map((text) => JSON.stringify(text)));
    const bytes = `${JSON.stringify(body)}.getBytes(StandardCharsets.UTF_8)`;
    return `System.out.println(Punos.isFromPunos("${secret}", Map.of(${pairs.join(', ')}), ${bytes}));`;
  });
  const main = `class Main { public static void main(String[] args) throws Exception { ${calls.join('\n')} } }`;
  // The class that is started comes first in a file that is started as it is.
  const code = codeIn('java');
  const imports = code.slice(0, code.indexOf('class Punos'));
  const path = file('Main.java', `${imports}${main}\n${code.slice(imports.length)}`);

  const answers = execFileSync('java', ['-Dfile.encoding=UTF-8', path], { encoding: 'utf8' });

  expect(answers.trim().split('\n')).toEqual(all.map(([, , expected]) => String(expected)));
});
