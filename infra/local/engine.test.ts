import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startEngine } from './engine.ts';

describe('the engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lazo-engine-'));
  const answers = (endpoint: string) =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('listens, says so, has its indexes, and starts again on the same data', async () => {
    const lines: string[] = [];
    for (const round of [1, 2]) {
      const { endpoint, dbPath, stop } = await startEngine({ dataDir: folder, log: (line) => lines.push(line) });
      expect(await answers(endpoint)).toBe(true);
      const database = new DatabaseSync(dbPath, { readOnly: true });
      const indexes = database.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'lazo_stream%'").all();
      database.close();
      expect(indexes).toHaveLength(2);
      expect(lines.filter((line) => line.includes('listening'))).toHaveLength(round);
      await stop();
      await stop();
      expect(await answers(endpoint)).toBe(false);
    }
  });

  it('says why it does not start', async () => {
    const first = await startEngine({ dataDir: folder });
    const port = Number(new URL(first.endpoint).port);
    await expect(startEngine({ dataDir: join(folder, 'second'), port })).rejects.toThrow(/did not start: .*in use/i);
    await first.stop();
  });

  it('tells when it ends unasked', async () => {
    let ended: (() => void) | undefined;
    const exit = new Promise<void>((resolve) => (ended = resolve));
    const { endpoint, pid } = await startEngine({ dataDir: folder, onExit: () => ended?.() });
    process.kill(-pid, 'SIGKILL');
    await exit;
    expect(await answers(endpoint)).toBe(false);
  });

  it('never outlives the process that started it', async () => {
    const script = `import { startEngine } from '${join(import.meta.dirname, 'engine.ts')}';
      const { endpoint } = await startEngine({ dataDir: '${folder}' });
      console.log(endpoint);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const endpoint = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => {
        resolve(String(data).trim());
      }),
    );
    expect(await answers(endpoint)).toBe(true);
    parent.kill('SIGKILL');
    while (await answers(endpoint)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
