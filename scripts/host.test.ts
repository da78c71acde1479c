import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Runs a word of code after host.js, on a Node that says it is `version`. */
const runOn = (version: string) => {
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const code = `console.log(process.env.NODE_COMPILE_CACHE)`;
  const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  return spawnSync(process.execPath, ['--import', pretend, '--import', './scripts/host.js', '-e', code], { env });
};

describe('host.js', () => {
  it.each(['20.20.2', '22.17.1'])('stops on Node %s and says what to do', (version) => {
    const { status, stderr, stdout } = runOn(version);
    expect(status).toBe(1);
    expect(stderr.toString()).toContain(`needs Node 22.18 or newer`);
    expect(stdout.toString()).toBe('');
  });

  it.each(['22.18.0', '24.21.0', '26.0.0'])('lets Node %s run and keeps what it compiles', (version) => {
    const { status, stdout } = runOn(version);
    expect(status).toBe(0);
    expect(stdout.toString().trim()).toMatch(/node_modules[/\\]\.cache[/\\]node$/);
  });
});
