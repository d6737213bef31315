import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openCheckpoint, signCheckpoint } from './checkpoint.js';
import { publicKeyOf } from './ed25519.js';
import { openNote, parseVerifier, signNote, verifierOf, verifierText } from './signed-note.js';

// The example of the documentation of Go's golang.org/x/mod/sumdb/note.
const GO_VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n\n' +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

const seed = randomBytes(32);
const verifier = verifierOf('log.example', publicKeyOf(seed));

describe('a signed note', () => {
  it('of another implementation is opened with that implementation’s verifier', () => {
    expect(verifierText(parseVerifier(GO_VERIFIER))).toBe(GO_VERIFIER);
    expect(openNote(GO_NOTE.replaceAll('’', "'"), [parseVerifier(GO_VERIFIER)])).toContain('cryptography');
  });

  it('is opened by its verifier alone, and not when a character was changed', () => {
    const note = signNote('a text\n', 'log.example', seed);
    expect(openNote(note, [verifier])).toBe('a text\n');
    expect(() => openNote(note.replace('text', 'tent'), [verifier])).toThrow(/not signed by this log/);
    expect(() => openNote(note, [verifierOf('log.example', publicKeyOf(randomBytes(32)))])).toThrow(
      /not signed by this log/,
    );
  });

  it('may carry signatures of others', () => {
    const witness = signNote('a text\n', 'witness.example', randomBytes(32)).split('\n\n')[1]!;
    expect(openNote(signNote('a text\n', 'log.example', seed) + witness, [verifier])).toBe('a text\n');
  });

  it.each(['', 'a text\n', 'a text\n\n', 'a text\n\nno signature\n', 'a text\n\n— name ====\n'])(
    'is not %j',
    (text) => {
      expect(() => openNote(text, [verifier])).toThrow(/not a signed note/);
    },
  );

  it.each([
    '',
    'log.example',
    'log.example+00000000+AA==',
    GO_VERIFIER.replace('c74f', 'c74e'),
    GO_VERIFIER.replace('ARpc', 'ARpd'),
    `${GO_VERIFIER}+more`,
  ])('a verifier is not %j', (text) => {
    expect(() => parseVerifier(text)).toThrow(/not a verifier/);
  });
});

describe('a checkpoint', () => {
  it('says which log, how many entries and which root', () => {
    const checkpoint = { origin: 'log.example', size: 17, root: new Uint8Array(32).fill(7) };
    const note = signCheckpoint(checkpoint, seed);
    expect(note.split('\n').slice(0, 4)).toEqual([
      'log.example',
      '17',
      'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=',
      '',
    ]);
    const opened = openCheckpoint(note, [verifier]);
    expect({ ...opened, root: new Uint8Array(opened.root) }).toEqual(checkpoint);
  });

  it.each([
    'log.example\n017\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n',
    'log.example\n17\nBwc=\n',
    'hello\n',
  ])('is not %j, though signed', (text) => {
    expect(() => openCheckpoint(signNote(text, 'log.example', seed), [verifier])).toThrow(/not a checkpoint/);
  });
});
