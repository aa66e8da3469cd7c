import type { Readable, Writable } from 'node:stream';
import { LineSplitter } from './line.splitter.js';
import { TextTail } from './text.tail.js';

export interface Output {
  /** What has come so far, or the last of it. No more will. */
  end(): string;
}

/** Reads what a program writes: the last of it is kept, each line is told as it comes. */
export function capture(stream: Readable, most: number, onLine: (line: string) => void): Output {
  const tail = new TextTail(most);
  const lines = new LineSplitter(onLine);
  // With an encoding, a character that comes in two pieces stays whole.
  stream.setEncoding('utf8').on('data', (piece: string) => {
    tail.add(piece);
    lines.add(piece);
  });
  stream.on('error', (error: Error) => onLine(`what it writes cannot be read: ${error.message}`));
  return {
    end() {
      stream.destroy();
      lines.end();
      return tail.toString();
    },
  };
}

/** Writes a program's input. One that does not read all of it, as `head` does, is told of and is no failure. */
export function feed(
  stream: Writable,
  input: string | Uint8Array | undefined,
  onLine: (line: string) => void,
): void {
  stream.on('error', (error: Error) => onLine(`it did not read all of its input: ${error.message}`));
  stream.end(input);
}
