// Installs what is missing, and nothing else: for CI and for commands that need the packages only.
import { readyProject, say } from './ready-project.mjs';

await readyProject({ pages: false }).catch((error) => {
  say(error.message);
  process.exit(1);
});
