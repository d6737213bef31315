#!/usr/bin/env node
// Starts the command line. Plain JavaScript that any Node runs, so that an old one can say what is needed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), '..', '..', '..');
const main = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
const ownNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [major, minor] = process.versions.node.split('.').map(Number);
const isRight = major > 24 || (major === 24 && minor >= 15);

if (!isRight && existsSync(ownNode) && process.env.CXLEDGER_OWN_NODE === undefined) {
  runUnderOwnNode();
} else if (!isRight) {
  fail(
    `cx: this is Node ${process.version}, and 24.15 or newer is needed: run npm ci, which brings one along, or install it`,
  );
} else if (!existsSync(main)) {
  fail('cx: not built yet: run npm run build');
} else {
  await import(pathToFileURL(main).href);
}

function fail(line) {
  console.error(line);
  process.exitCode = 1;
}

function runUnderOwnNode() {
  const env = { ...process.env, CXLEDGER_OWN_NODE: '1' };
  // The channel tells the command when this process ends, in whatever way.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(ownNode, [self, ...process.argv.slice(2)], { stdio, env });
  // A terminal's Ctrl-C reaches the command, too; under another name it is not taken for a second Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGINT' ? 'SIGTERM' : signal));
  child.on('error', () =>
    fail(`cx: the Node that the project brings along (${ownNode}) does not start: run npm ci again`),
  );
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
