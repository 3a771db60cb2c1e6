// The option `tls` of what others connect to: our certificate, and whose certificates they must show.
import { z } from 'zod'

export function tlsServer() {
  return z.strictObject({
    cert: z.string().min(1).describe('PEM file with the certificate, and those it is signed by.'),
    key: z.string().min(1).describe('PEM file with its key.'),
    ca: z.string().min(1).optional().describe('PEM file with the authorities that must have signed the certificates of senders. Without it senders need none.'),
  })
}

export type TlsServer = z.output<ReturnType<typeof tlsServer>>
