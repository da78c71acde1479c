// The `aws-chunked` encoding in which the SDK sends streams: sizes, chunks and a trailer around the body.
import { Transform } from 'node:stream';

/** Takes the encoding away; fails when the body ends before its last chunk. */
export function chunkedBody(): Transform {
  let pending = Buffer.alloc(0);
  let left = 0;
  let state: 'size' | 'data' | 'gap' | 'trailer' = 'size';
  const steps = {
    size(): Buffer | undefined {
      const end = pending.indexOf('\r\n');
      if (end === -1) return undefined;
      left = Number.parseInt(pending.subarray(0, end).toString('latin1'), 16);
      pending = pending.subarray(end + 2);
      state = left === 0 ? 'trailer' : 'data';
      return Buffer.alloc(0);
    },
    data(): Buffer | undefined {
      if (pending.length === 0) return undefined;
      const piece = pending.subarray(0, left);
      pending = pending.subarray(piece.length);
      left -= piece.length;
      if (left === 0) state = 'gap';
      return piece;
    },
    gap(): Buffer | undefined {
      if (pending.length < 2) return undefined;
      pending = pending.subarray(2);
      state = 'size';
      return Buffer.alloc(0);
    },
    trailer: (): Buffer | undefined => undefined,
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending = Buffer.concat([pending, chunk]);
      for (let piece = steps[state](); piece; piece = steps[state]()) {
        if (piece.length > 0) this.push(piece);
      }
      done();
    },
    flush(done) {
      done(state === 'trailer' ? null : new Error('The body ended before its last chunk.'));
    },
  });
}
