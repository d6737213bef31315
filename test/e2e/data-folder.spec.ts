import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { newDataFolder, startServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

describe('a data folder that other users may enter', () => {
  it('C18: gets no file that they may read, and the start says how to close it', async () => {
    const folder = newDataFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const server = await startServer({ folder });
    await Api.of(server).publish(issueRaised('a'));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['log.sqlite', 'keys.sqlite']));
    for (const { parentPath, name } of files)
      expect([name, statSync(join(parentPath, name)).mode & 0o077]).toEqual([name, 0]);
    expect(server.output()).toContain(`chmod 700 ${folder}`);
    await server.stop();
  });
});
