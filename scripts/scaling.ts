// npm run scaling -- --customers 5000000 --messages-a-day 2000000: how many cores, gigabytes and processes a load takes, and what is full first.
// The units are what the benches of docs/performance.md measure; put in those of your own machine.
import { parseArgs } from 'node:util';

import { LOADS, UNITS, planScale, type Load, type Units } from './scaling/plan-scale.ts';

const HELP = `npm run scaling -- [options]

Prints what a load takes, part by part, at 1, 10, 100 and 1,000 times. Without options: the load and the units in docs/scaling.md.

The load:
${Object.entries(LOADS)
  .map(([name, { value, meaning }]) => `  --${name} ${value}`.padEnd(38) + meaning)
  .join('\n')}

The units, as your benches gave them:
${Object.entries(UNITS)
  .map(([name, { value, meaning }]) => `  --${name} ${value}`.padEnd(38) + meaning)
  .join('\n')}

  --json                              one line of JSON a scale instead of the table
`;

const numbers = { ...LOADS, ...UNITS };
const values: Partial<Record<string, string | boolean>> = parseArgs({
  options: {
    ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' as const }])),
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
}).values;
if (values['help']) {
  process.stdout.write(HELP);
} else {
  const given = Object.fromEntries(
    Object.entries(numbers).map(([name, { value }]) => {
      const number = values[name] === undefined ? value : Number(values[name]);
      if (Number.isFinite(number) && number >= 0) return [name, number];
      process.stderr.write(`--${name} must be a number that is not negative.\n\n${HELP}`);
      process.exit(1);
    }),
  ) as Load & Units;
  const scales = [1, 10, 100, 1_000].map((times) => ({ times, ...planScale(given, given, times) }));
  if (values['json']) for (const scale of scales) process.stdout.write(`${JSON.stringify(scale)}\n`);
  else process.stdout.write(table(scales));
}

function table(scales: ({ times: number } & ReturnType<typeof planScale>)[]): string {
  const rows = [
    ['', ...scales.map(({ times }) => `${times.toLocaleString('en')} ×`)],
    ...scales[0]!.parts.map(({ part, unit }, index) => [
      `${part} (${unit})`,
      ...scales.map(({ parts }) => short(parts[index]!.value)),
    ]),
    ['full, the worst first', ...scales.map(({ bottleneck }) => bottleneck)],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  return line(rows[0]!) + line(widths.map((width) => '-'.repeat(width))) + rows.slice(1).map(line).join('');
}

function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 1 ? value.toFixed(1) : value.toPrecision(2);
}
