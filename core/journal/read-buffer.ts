// The memory one reader of the journal reads into, segment after segment: each result lies in it until the next read.

/** Bytes per read: a batch and a bit. More costs memory per output, less costs system calls. */
const LEAST_BYTES = 256 * 1024
/** One very long record must not keep its memory for ever. */
const KEEP_BYTES = 4 * 1024 * 1024

/**
 * A buffer for each segment, grown with each batch, was garbage that only a collection of the whole heap frees: at 20 MB/s with three outputs
 * the process grew by 40 MB between two of them.
 */
export class ReadBuffer {
  #bytes = Buffer.allocUnsafeSlow(LEAST_BYTES)

  /** With room for `bytes`; what was read before is gone. */
  take(bytes: number): Buffer {
    if (this.#bytes.length < bytes || this.#bytes.length > Math.max(2 * bytes, KEEP_BYTES)) this.#bytes = Buffer.allocUnsafeSlow(sizeFor(bytes))
    return this.#bytes
  }
}

/** Powers of two, so that batches of about the same size find room in the same memory. */
function sizeFor(bytes: number): number {
  return Math.max(LEAST_BYTES, bytes > KEEP_BYTES ? bytes : 2 ** Math.ceil(Math.log2(bytes)))
}
