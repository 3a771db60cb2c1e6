// How many bytes a TCP connection has taken that the peer's system has not acknowledged, as Linux tells it.
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { procAddress } from './proc-address.ts'

/**
 * Null where nobody can tell: on other systems, or when the connection is no longer listed. Costs a read of /proc/net/tcp, 1 to 4 ms of
 * one core, though not of the event loop: ask seldom.
 */
export async function unacknowledged(socket: Socket): Promise<number | null> {
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  if (process.platform !== 'linux' || localAddress === undefined || localPort === undefined || remoteAddress === undefined || remotePort === undefined) return null
  const local = procAddress(localAddress, localPort)
  const remote = procAddress(remoteAddress, remotePort)
  if (local === null || remote === null) return null
  const table = await readFile(local.length > 13 ? '/proc/self/net/tcp6' : '/proc/self/net/tcp', 'latin1').catch(() => '') // no /proc: the same as not listed
  const at = table.indexOf(` ${local} ${remote} `)
  if (at === -1) return null
  // Behind the addresses: the state, then what is in the two queues, `01 0000A3F0:00000000`.
  const queue = at + local.length + remote.length + 6
  const bytes = Number.parseInt(table.slice(queue, queue + 8), 16)
  return Number.isNaN(bytes) ? null : bytes
}
