// The option `tls` of what connects to others: whom to trust, and who we are. Files are named, not pasted.
import { z } from 'zod'

export function tlsClient() {
  return z
    .strictObject({
      ca: z.string().min(1).optional().describe('PEM file with the authorities that may have signed the certificate of the target; those of the system by default.'),
      cert: z.string().min(1).optional().describe('PEM file with our own certificate, where the target asks for one.'),
      key: z.string().min(1).optional().describe('PEM file with the key of `cert`.'),
      verify: z.boolean().default(true).describe('Whether the certificate of the target must be valid for its name. Without that anybody on the way can read and answer.'),
      server_name: z.string().min(1).optional().describe('Name the certificate must be for, where it is not the host of the address.'),
    })
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { error: 'expected `cert` and `key` together' })
}

export type TlsClient = z.output<ReturnType<typeof tlsClient>>
