// How many datagrams the system has thrown away because a socket's buffer was full, as Linux tells it.
import { readFile } from 'node:fs/promises'
import { procAddress } from './proc-address.ts'

/** Of all UDP sockets bound to the address; null where nobody can tell. */
export async function kernelDrops(address: string, port: number): Promise<number | null> {
  const local = procAddress(address, port)
  if (process.platform !== 'linux' || local === null) return null
  const table = await readFile(local.length > 13 ? '/proc/self/net/udp6' : '/proc/self/net/udp', 'latin1').catch(() => '') // no /proc: nobody can tell
  let drops: number | null = null
  for (const row of table.split('\n')) if (row.includes(` ${local} `)) drops = (drops ?? 0) + Number(row.trimEnd().split(' ').at(-1))
  return Number.isNaN(drops) ? null : drops
}
