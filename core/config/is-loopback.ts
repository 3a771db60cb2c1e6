// Is an address to listen on reachable from this machine alone?
import { isIPv4 } from 'node:net'

/** Names other than `localhost` are not looked up: what they mean may change after the check. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (name === 'localhost' || name === '::1') return true
  const v4 = name.startsWith('::ffff:') ? name.slice('::ffff:'.length) : name
  return isIPv4(v4) && v4.startsWith('127.')
}
