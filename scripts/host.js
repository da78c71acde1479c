// Loaded before every npm script (`node --import`). Plain JavaScript, because an old Node must be able to read it.
// npm puts node_modules/.bin first in PATH, where the optional package node-<platform> is Node 24; where no such
// package exists (macOS) the host's own Node runs and has to be new enough to run TypeScript as it is.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Lazo needs Node 22.18 or newer (24 is best); this is ${process.versions.node} at ${process.execPath}.\n` +
      'On Linux and Windows `npm ci` brings Node 24 along (do not omit optional packages) and `npm run` uses it.\n' +
      'Elsewhere install Node 24, for example with `brew install node@24` or `nvm install 24`.',
  );
  process.exit(1);
}

// Compiled code is kept between runs, also for the child processes: a start on a laptop gets shorter.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

// As the bundles of AWS are built: graphql-js then leaves out checks that cost each request a little.
process.env.NODE_ENV ??= 'production';
