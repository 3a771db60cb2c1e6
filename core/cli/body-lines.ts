// The lines of an HTTP answer as they come.
import { textLines } from '../text-lines.ts'

export function bodyLines(answer: Response): AsyncGenerator<string, undefined> {
  return textLines(answer.body as unknown as AsyncIterable<Uint8Array>)
}
