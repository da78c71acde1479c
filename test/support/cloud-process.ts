// The process of a local cloud that a test has started: `npm start`, and nothing is left of it when the test's process is gone.
import { rmSync } from 'node:fs';

process.on('disconnect', () => {
  process.on('exit', () => {
    if (process.env['LAZO_DATA']) rmSync(process.env['LAZO_DATA'], { recursive: true, force: true });
  });
});

await import('#infra/local/start');
