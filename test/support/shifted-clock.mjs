// Preloaded (NODE_OPTIONS=--import …) by processes whose clock is to be wrong: CLOCK_AHEAD_MS, and CLOCK_JUMP_MS more with each SIGUSR2. It is
// what libfaketime does, where there is none: the clock of the day is another one, the monotonic clock goes on as it does when somebody
// sets a machine's time.
const RealDate = Date;
let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);
process.on('SIGUSR2', () => (aheadMs += Number(process.env.CLOCK_JUMP_MS ?? 0)));

const now = () => RealDate.now() + aheadMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
RealDate.prototype.constructor = globalThis.Date;
