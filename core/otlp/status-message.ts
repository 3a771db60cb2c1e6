// What a receiver says about a request it did not take: google.rpc.Status.
import { type Field, readMessage } from './read-message.ts'

const MESSAGE: Field = { number: 2, name: 'message', type: 'text' }

/** Null where the body is no Status: a proxy's page, a line of text. */
export function statusMessage(body: Buffer, contentType: string): string | null {
  if (!/^application\/(json|x-protobuf|protobuf)\b/i.test(contentType)) return null
  const message = readMessage(body, contentType, [MESSAGE])
  return typeof message === 'string' && message !== '' ? message : null
}
