// What an exchange that failed on the way means, in words an operator can act on. Whatever it is, the same is sent again.
import { Retry } from '../delivery-errors.ts'
import { escapeControls } from '../escape-controls.ts'

const CAUSES: ReadonlyArray<readonly [code: RegExp, cause: string, remedy: string]> = [
  [/^ECONNREFUSED$/, 'nothing listens there', 'Start the target, or check the port.'],
  [/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, 'its name cannot be resolved', 'Check the name and the DNS.'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, 'there is no way to it', 'Check the network and the address.'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'it does not take the connection', 'Check the address, the target and firewalls between.'],
  [/^(UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_ABORTED)$/, 'the connection was cut before the answer was complete', 'Look at the target and at proxies between.'],
  [/^(HPE|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RESPONSE)/, 'its answer is not HTTP', 'Check the port, and http:// or https://.'],
  [/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_UNTRUSTED)/, 'its certificate is signed by an authority that is not known here', 'Name that authority in `tls.ca`.'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for another name', 'Use the name the certificate is for.'],
  [/^CERT_/, 'its certificate is not valid', 'Renew the certificate of the target; check the clocks.'],
  [/^(ERR_SSL_|EPROTO)/, 'TLS cannot be agreed on', 'Check http:// or https://, and whether it asks for `tls.cert`.'],
]

export function networkTrouble(where: string, error: unknown): Retry {
  const code = codeOf(error)
  const known = CAUSES.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return new Retry(`cannot send to ${where}: ${known[1]} (${code}). ${known[2]}`)
  return new Retry(`cannot send to ${where}: ${escapeControls(error instanceof Error && error.message !== '' ? error.message : code || String(error))}. Check the target and the network.`)
}

/** Of an error that stands for several, one for each address of a name, the first tells. */
function codeOf(error: unknown): string {
  if (error === null || typeof error !== 'object') return ''
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  // The parser of answers gives a code to some of its errors only.
  const code: unknown = Reflect.get(error, 'code') ?? (Reflect.get(error, 'name') === 'HTTPParserError' ? 'HPE' : undefined)
  const inner = codeOf(Reflect.get(error, 'cause'))
  return inner !== '' ? inner : typeof code === 'string' ? code : ''
}
