// The answer of a receiver as fields by number or name, whichever encoding it has. Never throws: answers are written by others.
import { PbfReader } from 'pbf'
import type { Json } from '../json.ts'

/** What is read of a message: text, numbers, messages in it. */
export interface Field {
  readonly number: number
  readonly name: string
  readonly type: 'text' | 'int64' | 'message'
}

export type FieldValue = string | number | Buffer | Json

/** Undefined where it is not there or the body is no such message. `type` is the content type. */
export function readMessage(body: Buffer, type: string, path: readonly Field[]): FieldValue | undefined {
  try {
    return /^application\/json\b/i.test(type) ? inJson(JSON.parse(body.toString()) as Json, path) : inProtobuf(body, path)
  } catch {
    return undefined
  }
}

function inJson(value: Json, path: readonly Field[]): FieldValue | undefined {
  let found: Json | undefined = value
  for (const { name } of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, name)) return undefined
    found = found[name]
  }
  return found
}

function inProtobuf(body: Buffer, path: readonly Field[]): FieldValue | undefined {
  let found: FieldValue | undefined = body
  for (const field of path) {
    if (!Buffer.isBuffer(found)) return undefined
    found = inMessage(found, field)
  }
  return found
}

/** The last one of that number, as the encoding demands. */
function inMessage(bytes: Buffer, { number, type }: Field): FieldValue | undefined {
  const reader = new PbfReader(bytes)
  let found: FieldValue | undefined
  while (reader.pos < bytes.length) {
    const key = reader.readVarint()
    if (key >> 3 !== number) reader.skip(key)
    else if (type === 'int64') found = reader.readVarint(true)
    else found = type === 'text' ? reader.readString() : Buffer.from(reader.readBytes())
  }
  return found
}
