import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startTrialCloud } from '#test/support/trial-cloud';
import { startEngine } from './engine.ts';

describe('a table elsewhere', () => {
  it('is used instead of the own engine, stream and all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lazo-elsewhere-'));
    const engine = await startEngine({ dataDir: folder });
    const { cloud, put, notesOn } = await startTrialCloud({
      environment: { LAZO_ENDPOINT_DYNAMODB: engine.endpoint },
    });
    await put('far');
    for (let tries = 0; tries < 100 && (await notesOn('far')).length === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await notesOn('far')).toMatchObject([{ what: { 'detail-type': 'row.written' } }]);
    await cloud.stop();
    await engine.stop();
    rmSync(folder, { recursive: true });
  });
});
