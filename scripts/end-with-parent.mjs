// Preloaded by scripts/run-typescript.mjs. When that is killed without a chance to say so, the program ends the same
// way instead of keeping the port: a crash that it must survive anyway, and the next start finds everything free.
if (process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}
