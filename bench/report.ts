import { cpus, totalmem } from 'node:os';

/** One measured figure. `floor` and `ratio` are there where the bench measured a floor beside it. */
export interface Figure {
  figure: string;
  unit: string;
  value: number;
  floor?: number;
  /** Ours to the floor's, the median of the pairs. */
  ratio?: number;
  /** What was asked, in words, and whether it was met. */
  asked?: string;
  met?: boolean;
  /** Under which conditions: connections, customers, rates; further readings of the same run. */
  with?: Record<string, number | string>;
}

export interface Report {
  figure(figure: Figure): void;
  /** For whoever waits: on stderr, never among the figures. */
  progress(line: string): void;
}

export interface Circumstances {
  bench: string;
  command: string;
  customers: number;
  postgres: string;
}

/** Prints figures as lines of JSON, or for people; each JSON line stands for itself with machine, versions and command. */
export function openReport(circumstances: Circumstances, json: boolean): Report {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const node = process.versions.node;
  const { bench, ...rest } = circumstances;
  const where = { ...rest, machine, node };
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  if (!json)
    progress(`${machine} · Node ${node} · PostgreSQL ${circumstances.postgres} · ${circumstances.customers} customers`);
  return {
    progress,
    figure(figure) {
      console.log(json ? JSON.stringify({ bench, ...figure, ...where }) : forPeople(figure));
    },
  };
}

function forPeople({ figure, unit, value, floor, ratio, asked, met, with: conditions = {} }: Figure): string {
  const told = Object.entries(conditions).map(([name, condition]) => `${name} ${condition}`);
  const parts = [
    `${figure.padEnd(34)} ${String(value).padStart(9)} ${unit}`,
    ...(floor === undefined ? [] : [`floor ${floor}`]),
    ...(ratio === undefined ? [] : [`ratio ${ratio}`]),
    ...(asked === undefined ? [] : [`asked ${asked}: ${met ? 'met' : 'MISSED'}`]),
    ...told,
  ];
  return parts.join('  ');
}
