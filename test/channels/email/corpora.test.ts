import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { classifyMail } from '../../../src/channels/email/classify-mail.ts';
import { cutQuoted } from '../../../src/channels/email/cut-quoted.ts';
import { readMailHook } from '../../../src/channels/email/read-mail-hook.ts';
import { readMail } from '../../../src/channels/email/read-mail.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { sampleSet } from '../../support/sample-set.ts';

const replies = sampleSet('email_reply_discourse');
const talon = sampleSet('email_reply_talon');
const bounces = sampleSet('email_bounces_sisimai');
const sets = [
  'email_bounces_sisimai',
  'email_mime_flanker',
  'email_mime_mikel',
  'email_mime_nodemailer',
  'email_mime_postal',
  'email_provider_webhooks',
  'email_reply_crisp',
  'email_reply_discourse',
  'email_reply_github',
  'email_reply_talon',
  'email_sendgrid_parse',
].map((name) => [name, sampleSet(name)] as const);

/** On 2026-11-21 every share was 100 %; of another selection of these corpora a few may differ. */
const LEAST_SHARE = 0.97;

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

/** Equal but for spaces at the end of lines and around the whole. */
const asShown = (text: string) =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
const withoutSpaces = (text: string) => text.replaceAll(/\s+/g, '');

function report(set: string, results: readonly (readonly [string, boolean])[]): number {
  const wrong = results.filter(([, isRight]) => !isRight).map(([name]) => name);
  const right = results.length - wrong.length;
  const share = `${((100 * right) / results.length).toFixed(1)} %`;
  console.info(
    `${set}: ${right} of ${results.length} as expected (${share})${wrong.length > 0 ? `; not ${wrong.join(', ')}` : ''}`,
  );
  return right / results.length;
}

const receivedAt = new Date('2026-11-21T12:00:00Z');
const hook = (bytes: Buffer) => readMailHook({ contentType: 'message/rfc822', bytes, receivedAt });

describe('the reply of a mail is what its sender wrote', () => {
  test.skipIf(!replies)('email_reply_discourse: equal to what is expected, line by line', () => {
    const results = readdirSync(join(replies!, 'emails')).map((name) => {
      const expected = read(replies!, 'trimmed', name);
      return [name, asShown(cutQuoted(read(replies!, 'emails', name)).text) === asShown(expected)] as const;
    });

    expect(report('email_reply_discourse', results)).toBeGreaterThan(LEAST_SHARE);
  });

  test.skipIf(!talon)('email_reply_talon: the usual programs; the expected texts keep the signature', async () => {
    const files = globSync(join(talon!, 'standard_replies', '*.eml'));
    const results = files.map(async (file) => {
      const expected = `${file.slice(0, -4)}_reply_text`;
      const { text, signature } = cutQuoted((await readMail(readFileSync(file))).text);
      const wanted = statSync(expected, { throwIfNoEntry: false }) ? read(expected) : 'Hello';
      return [basename(file), withoutSpaces(text + signature) === withoutSpaces(wanted)] as const;
    });

    expect(report('email_reply_talon', await Promise.all(results))).toBeGreaterThan(LEAST_SHARE);
  });

  test.skipIf(!talon)('email_reply_talon: HTML', async () => {
    const files = globSync(join(talon!, 'html_replies', '*.html'));
    const results = files.map(async (file) => {
      const head = Buffer.from('From: alex@shop.example\nContent-Type: text/html; charset=utf-8\n\n');
      const mail = await readMail(Buffer.concat([head, readFileSync(file)]));
      return [basename(file), withoutSpaces(cutQuoted(mail.text).text) === 'Hi.Iamfine.Thanks,Alex'] as const;
    });

    expect(report('email_reply_talon, HTML', await Promise.all(results))).toBeGreaterThan(LEAST_SHARE);
  });
});

describe('what machines write opens no conversation', () => {
  test.skipIf(!bounces)('email_bounces_sisimai: no mail of a machine is taken for a message', async () => {
    const results = globSync(join(bounces!, '*.eml')).map(async (file) => {
      const { kind } = classifyMail(await readMail(readFileSync(file)));
      return [basename(file), kind !== 'message'] as const;
    });

    expect(report('email_bounces_sisimai', await Promise.all(results))).toBeGreaterThan(LEAST_SHARE);
  });
});

const present = sets.filter(([, path]) => path !== null);
describe.skipIf(present.length === 0)(
  'E14: whatever comes, the answer is a message, a reason to ignore it or a clear refusal',
  () => {
    test.each(present)('%s', async (set, path) => {
      const outcomes = new Map<string, number>();
      for (const file of globSync(join(path!, '**', '*')).filter((name) => statSync(name).isFile())) {
        const outcome = await hook(readFileSync(file)).then(
          ([item]) => (item!.type === 'ignored' ? item!.reason : item!.type),
          (error: unknown) => (error instanceof Refusal ? `refused: ${error.message}` : Promise.reject(error as Error)),
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      console.info(set, Object.fromEntries(outcomes));

      expect(outcomes.size).toBeGreaterThan(0);
    });
  },
);
