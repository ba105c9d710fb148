import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const CONFIG = `${PROJECT}examples/frontend/tsconfig.json`;

/** What TypeScript says of a file that stands beside the others of the example. */
function troublesOf(code: string): string[] {
  const file = `${PROJECT}examples/frontend/one-more.ts`;
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(CONFIG, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    `${PROJECT}examples/frontend`,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists.call(host, path);
  host.getSourceFile = (path, target) =>
    path === file ? ts.createSourceFile(path, code, target) : getSourceFile.call(host, path, target);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ').replace(/ on type .*/, ''));
}

test('what a document does not select, or the schema does not have, TypeScript does not let through', () => {
  execFileSync(process.execPath, ['node_modules/gql.tada/bin/cli.js', 'generate-output', '-c', CONFIG], {
    cwd: PROJECT,
    stdio: 'ignore',
  });

  const document = (fields: string) => `
    import type { ResultOf, VariablesOf } from 'gql.tada';
    import { graphql } from './graphql.ts';
    const ORDER = graphql(\`query Order($number: String!) { orderByNumber(number: $number) { ${fields} } }\`);
    export type Wanted = VariablesOf<typeof ORDER>;
    export type Order = NonNullable<ResultOf<typeof ORDER>['orderByNumber']>;`;
  const number = `export const read = (order: Order): string => order.number;`;
  expect(troublesOf(`${document('number status')} ${number}`)).toEqual([]);
  expect(troublesOf(`${document('status')} ${number}`)).toEqual([`Property 'number' does not exist`]);
  expect(
    troublesOf(`${document('number colour')} export const read = (order: Order): string => order.colour;`),
  ).toEqual([`Type 'unknown' is not assignable to type 'string'.`]);
  expect(troublesOf(`${document('number')} export const wanted: Wanted = { number: 7 };`)).toEqual([
    `Type 'number' is not assignable to type 'string'.`,
  ]);
});
