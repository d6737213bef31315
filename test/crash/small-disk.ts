import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no disk can be mounted here; undefined when one can. */
export function mountingMissing(): string | undefined {
  try {
    SmallDisk.mount(1).remove();
    return undefined;
  } catch {
    return 'no file system may be mounted here (it takes root on Linux)';
  }
}

/** A disk of a few megabytes, in memory. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static mount(megabytes: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'cx-small-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    } catch (error) {
      rmdirSync(path);
      throw error;
    }
    return new SmallDisk(path);
  }

  /** Somebody else takes all the room but `megabytes`. */
  fillBut(megabytes: number): void {
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(join(this.path, 'of-somebody-else'), Buffer.alloc(bavail * bsize - megabytes * 2 ** 20));
  }

  /** Gives that room back. */
  makeRoom(): void {
    rmSync(join(this.path, 'of-somebody-else'));
  }

  /** Works only while no file is open for writing. */
  setReadOnly(readOnly: boolean): void {
    execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.path]);
  }

  remove(): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }
}
