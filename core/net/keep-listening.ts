// Opens a socket to listen on, and tries again for as long as that fails: another process may still hold the port, or an address may not be there yet.
import type { PluginContext } from '../define-plugin.ts'
import type { SocketAddress } from './socket-address.ts'

const AGAIN_MS = 2000

/** Resolves after the first attempt, whatever came of it. `open` closes what it made when it fails. */
export async function keepListening(address: SocketAddress, open: () => Promise<void>, problem: PluginContext['problem'], signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  try {
    await open()
  } catch (error) {
    if (signal.aborted) return
    problem('error', `cannot listen on ${address.host}:${address.port}: ${(error as Error).message}`, remedyFor((error as NodeJS.ErrnoException).code))
    const timer = setTimeout(() => void keepListening(address, open, problem, signal), AGAIN_MS).unref()
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
}

function remedyFor(code: string | undefined): string {
  const again = 'It is tried again every 2 s.'
  if (code === 'EADDRINUSE') return `Stop the process that has this port, or choose another. ${again}`
  if (code === 'EACCES') return `Choose a port above 1023, or give the process the right to use those below (CAP_NET_BIND_SERVICE). ${again}`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `Give an address of this machine. ${again}`
  return `Mend "address", or the files it names. ${again}`
}
