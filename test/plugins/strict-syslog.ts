// Reads syslog as RFC 5424, 6587 and 3164 write it and forgives nothing; written from the RFCs, not from our own parser.

export interface StrictMessage {
  readonly facility: number
  readonly severity: number
  readonly time: string
  readonly host: string
  readonly app: string
  readonly procid: string
  readonly msgid: string
  /** Id -> parameters in order. */
  readonly data: Readonly<Record<string, ReadonlyArray<readonly [name: string, value: string]>>>
  readonly message: string
}

const NAME = String.raw`[!#-<>-\\^-~]{1,32}`
const ELEMENT = new RegExp(String.raw`\[(${NAME})((?: ${NAME}="(?:[^"\\\]]|\\["\\\]])*")*)\]`, 'y')
const PARAM = new RegExp(String.raw` (${NAME})="((?:[^"\\\]]|\\["\\\]])*)"`, 'g')
const HEADER = /^<(0|[1-9]\d{0,2})>1 (-|\d{4}-(?:0\d|1[0-2])-[0-3]\d(?:T[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][0-2]\d:[0-5]\d))) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /
const BSD = /^<(0|[1-9]\d{0,2})>((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 123]\d [0-2]\d:[0-5]\d:[0-5]\d) ([!-~]+) ([A-Za-z0-9._/-]{1,32})(?:\[([!-Z\\^-~]{1,32})\])?: /

/** Throws where the bytes are not the message of RFC 5424. */
export function read5424(bytes: Buffer): StrictMessage {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const head = HEADER.exec(text)
  if (head === null) throw new Error(`no header of RFC 5424: ${text.slice(0, 200)}`)
  const priority = checkedPriority(Number(head[1]))
  let at = head[0].length
  const data: Record<string, Array<readonly [string, string]>> = {}
  if (text.startsWith('-', at)) at++
  else {
    const from = at
    while (text[at] === '[') {
      ELEMENT.lastIndex = at
      const element = ELEMENT.exec(text)
      if (element === null) throw new Error(`broken structured data: ${text.slice(at, at + 200)}`)
      const id = element[1] as string
      if (Object.hasOwn(data, id)) throw new Error(`two elements ${id}`)
      data[id] = [...(element[2] as string).matchAll(PARAM)].map(([, name, value]) => [name as string, (value as string).replace(/\\(["\\\]])/g, '$1')])
      at = ELEMENT.lastIndex
    }
    if (at === from) throw new Error(`neither "-" nor structured data: ${text.slice(at, at + 200)}`)
  }
  if (at < text.length && text[at] !== ' ') throw new Error(`no space behind the structured data: ${text.slice(at, at + 200)}`)
  let message = text.slice(at + 1)
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  if (message.startsWith('\ufeff')) message = message.slice(1)
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  else if (/[^\u0000-\u007f]/.test(message)) throw new Error('UTF-8 without a byte order mark')
  return { ...priority, time: head[2] as string, host: head[3] as string, app: head[4] as string, procid: head[5] as string, msgid: head[6] as string, data, message }
}

export function read3164(bytes: Buffer): StrictMessage {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const head = BSD.exec(text)
  if (head === null) throw new Error(`no header of RFC 3164: ${text.slice(0, 200)}`)
  return { ...checkedPriority(Number(head[1])), time: head[2] as string, host: head[3] as string, app: head[4] as string, procid: head[5] ?? '-', msgid: '-', data: {}, message: text.slice(head[0].length) }
}

function checkedPriority(value: number): { facility: number; severity: number } {
  if (value > 191) throw new Error(`priority ${value}`)
  return { facility: value >> 3, severity: value & 7 }
}

/** The messages of a connection, and what is left of one that is not complete. Throws for anything that is no frame. */
export function framesOf(stream: Buffer, framing: 'octet_counted' | 'newline'): { frames: Buffer[]; rest: Buffer } {
  const frames: Buffer[] = []
  let at = 0
  while (at < stream.length) {
    if (framing === 'newline') {
      const end = stream.indexOf(10, at)
      if (end === -1) break
      frames.push(stream.subarray(at, end))
      at = end + 1
      continue
    }
    const space = stream.indexOf(32, at)
    const count = stream.toString('latin1', at, space === -1 ? at + 12 : space)
    if (space === -1 && /^[1-9]\d*$/.test(count) && stream.length - at < 12) break
    if (!/^[1-9]\d{0,8}$/.test(count)) throw new Error(`no length of a frame: ${JSON.stringify(count)}`)
    const end = space + 1 + Number(count)
    if (end > stream.length) break
    frames.push(stream.subarray(space + 1, end))
    at = end
  }
  return { frames, rest: stream.subarray(at) }
}
