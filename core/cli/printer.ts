// Standard output as a command writes to it: paced by its reader, and quiet when that goes away (`| head`).

export interface Printer {
  /** Resolves false when nobody reads any more. */
  print(text: string): Promise<boolean>
  readonly gone: boolean
  /** Aborted when nobody reads any more. */
  readonly signal: AbortSignal
}

export function createPrinter(stream: NodeJS.WriteStream = process.stdout): Printer {
  const gone = new AbortController()
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    gone.abort()
  })
  return {
    print(text) {
      if (gone.signal.aborted) return Promise.resolve(false)
      return new Promise((resolve) => stream.write(text, (error) => resolve(!error && !gone.signal.aborted)))
    },
    get gone() {
      return gone.signal.aborted
    },
    signal: gone.signal,
  }
}
