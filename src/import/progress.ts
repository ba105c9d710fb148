import type { PhaseTally } from './run-import.ts';

/** Where lines for people go. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = { tty: 100, plain: 1_000 };

/** Shows how far an import is: one line that changes on a terminal, a line a second elsewhere. */
export class Progress {
  private readonly terminal: Terminal;
  private readonly clock: () => number;
  private shownAt = Number.NEGATIVE_INFINITY;
  private begun = { unit: '', at: 0 };
  private isLineOpen = false;

  constructor(terminal: Terminal, clock: () => number = () => performance.now()) {
    this.terminal = terminal;
    this.clock = clock;
  }

  show(tally: PhaseTally): void {
    const now = this.clock();
    if (this.begun.unit !== tally.unit) {
      this.begun = { unit: tally.unit, at: now };
      this.shownAt = now;
    }
    const isDone = tally.done === tally.total;
    if (!isDone && now - this.shownAt < (this.terminal.isTTY ? EVERY_MS.tty : EVERY_MS.plain)) return;
    this.shownAt = now;
    const seconds = (now - this.begun.at) / 1_000;
    const rate = seconds > 0 ? `, ${grouped(Math.round(tally.done / seconds))}/s` : '';
    const left = Math.ceil((seconds * (tally.total - tally.done)) / Math.max(tally.done, 1));
    const rest = !isDone && tally.done > 0 ? `, ${grouped(left)} s left` : '';
    const line = `${tally.unit}: ${grouped(tally.done)} of ${grouped(tally.total)}${rate}${rest}`;
    if (!this.terminal.isTTY) {
      this.terminal.write(`${line}\n`);
      return;
    }
    this.terminal.write(`\r\x1b[2K${line}`);
    this.isLineOpen = !isDone;
    if (isDone) this.terminal.write('\n');
  }

  /** A line that stays. */
  say(line: string): void {
    if (this.isLineOpen) this.terminal.write('\n');
    this.isLineOpen = false;
    this.terminal.write(`${line}\n`);
  }
}

/** 12345 as 12,345: long numbers are read by people. */
export const grouped = (number: number): string => number.toLocaleString('en-US');
