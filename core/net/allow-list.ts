// An option that lists who may send: addresses and networks, or `all`.
import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/** Whether an address, an IPv4 one not inside IPv6, may send. */
export type Allows = (address: string) => boolean

export function allowList() {
  return z.union([z.literal('all'), z.array(z.string()).min(1)]).transform((given, context): Allows => {
    if (given === 'all') return () => true
    const list = new BlockList()
    for (const [index, entry] of given.entries()) {
      if (add(list, entry)) continue
      context.addIssue({ code: 'custom', path: [index], message: `expected an address or a network such as 192.0.2.7 or 10.0.0.0/8, got ${JSON.stringify(entry)}` })
    }
    return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
  })
}

function add(list: BlockList, entry: string): boolean {
  const [address = '', bits, more] = entry.split('/')
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
  if (most === -1 || prefix < 0 || prefix > most || more !== undefined) return false
  list.addSubnet(address, prefix, familyOf(address))
  return true
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
