// Preloaded by scripts/run-typescript.mjs: when that is killed without a chance to say so, the server stops in order
// instead of keeping the port.
if (process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
