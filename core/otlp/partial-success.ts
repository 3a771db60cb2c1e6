// What a receiver that took a request says it did not take of it: ExportLogsServiceResponse.
import { type Field, readMessage } from './read-message.ts'

export interface PartialSuccess {
  /** Which ones it does not say. */
  readonly rejected: number
  /** Why; with none rejected a warning. */
  readonly message: string
}

const PARTIAL: Field = { number: 1, name: 'partialSuccess', type: 'message' }
const REJECTED: Field = { number: 1, name: 'rejectedLogRecords', type: 'int64' }
const MESSAGE: Field = { number: 2, name: 'errorMessage', type: 'text' }

/** Null where all was taken without a word. An answer that cannot be read counts as that: its status said so. */
export function partialSuccess(body: Buffer, contentType: string): PartialSuccess | null {
  const count = Number(readMessage(body, contentType, [PARTIAL, REJECTED]))
  const message = readMessage(body, contentType, [PARTIAL, MESSAGE])
  const rejected = Number.isSafeInteger(count) && count > 0 ? count : 0
  const text = typeof message === 'string' ? message : ''
  return rejected === 0 && text === '' ? null : { rejected, message: text }
}
