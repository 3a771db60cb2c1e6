// An HTTPS server whose certificate may be exchanged while it runs.
import type { IncomingMessage, RequestListener, ServerOptions } from 'node:http'
import { createServer, type Server } from 'node:https'
import { readTlsFiles } from '../net/read-tls-files.ts'
import type { TlsServer } from '../net/tls-server-option.ts'
import type { SecureResponse } from './secure-response.ts'

/** How often the files are looked at: certificates are exchanged days before they end. */
const RENEW_MS = 60_000
/** A client that takes longer for it holds the connection for its own sake. */
const HANDSHAKE_MS = 20_000

/** Rejects where the files cannot be used. */
export async function httpsServer(tls: TlsServer, options: ServerOptions<typeof IncomingMessage, typeof SecureResponse>, listener: RequestListener, trouble: (message: string) => void): Promise<Server<typeof IncomingMessage, typeof SecureResponse>> {
  let files = await readTlsFiles(tls)
  const authorities = { requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined }
  const server = usable(() => createServer({ ...options, ...files, ...authorities, handshakeTimeout: HANDSHAKE_MS }, listener as never))
  const renew = async (): Promise<void> => {
    const now = await readTlsFiles(tls)
    if ((['ca', 'cert', 'key'] as const).every((name) => files[name]?.equals(now[name] ?? Buffer.alloc(0)) ?? now[name] === undefined)) return
    usable(() => server.setSecureContext({ ...now, ...authorities }))
    files = now
  }
  const timer = setInterval(() => void renew().catch((error: Error) => trouble(error.message)), RENEW_MS)
  timer.unref()
  server.once('close', () => clearInterval(timer))
  return server
}

function usable<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new Error(`cannot use the certificate of server.tls: ${(error as Error).message}. Check that the files are PEM, and that the key fits the certificate.`, { cause: error })
  }
}
