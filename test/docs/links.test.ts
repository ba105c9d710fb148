import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['*.md', 'docs/**/*.md', 'examples/**/*.md', 'bench/**/*.md'].flatMap((pattern) =>
  globSync(pattern, { cwd: PROJECT }),
);
const textOf = (page: string) => readFileSync(join(PROJECT, page), 'utf8');
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** What GitHub makes of a heading when it is linked to. */
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('%s links to pages and headings that are there', (page) => {
  const dead = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path, anchor] = target.split('#');
      const file = path ? join(dirname(page), path) : page;
      if (!existsSync(join(PROJECT, file))) return true;
      return anchor ? !anchorsOf(file).includes(anchor) : false;
    });
  expect(dead).toEqual([]);
});

test.each(pages)('pages of docs/ that %s names in its text are there', (page) => {
  const named = [...textOf(page).matchAll(/`((?:docs|examples|bench|scripts)\/[\w./-]+\.\w+)`/g)].map(
    ([, path]) => path!,
  );
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});
