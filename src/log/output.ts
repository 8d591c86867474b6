/** A descriptor that lines are written to, and that nobody who reads it can make the server wait for. */
import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export interface Output {
  /** Writes what is taken: calls `done` with how many bytes that were, at once or later, or with why there were none. */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  /**
   * The same at once, for the last lines of a process.
   * @throws Error with the code of the system
   */
  writeNow(bytes: Buffer): number;
}

/**
 * The standard output. Pipes, sockets and terminals refuse (EAGAIN) what their reader has not made room for: a thread of
 * libuv that waited for one would be missed by others, and the process could never end. What becomes of files is up to the
 * system, on such a thread.
 */
export function standardOutput(): Output {
  const fd = 1;
  const terminal = isatty(fd) ? terminalAgain(fd) : undefined;
  if (terminal !== undefined) return refusing(terminal);
  const stat = fstatSync(fd);
  const isRead = (stat.isFIFO() || stat.isSocket()) && process.platform !== 'win32';
  // Node sets O_NONBLOCK when it makes a stream of it, and takes that back at exit.
  return isRead && process.stdout.writable ? refusing(fd) : waiting(fd);
}

/** A terminal opened once more, so that whoever shares it is not told to write without waiting, too. */
function terminalAgain(fd: number): number | undefined {
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

function refusing(fd: number): Output {
  return {
    write(bytes, done) {
      let written: number;
      try {
        written = writeSync(fd, bytes);
      } catch (error) {
        done(error as NodeJS.ErrnoException, 0);
        return;
      }
      done(null, written);
    },
    writeNow: (bytes) => writeSync(fd, bytes),
  };
}

function waiting(fd: number): Output {
  return {
    write: (bytes, done) => write(fd, bytes, done),
    writeNow: (bytes) => writeSync(fd, bytes),
  };
}
