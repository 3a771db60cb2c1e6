// Turns the body of a POST into lines: what is JSON is checked object by object, what is text is taken line by line.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LineChunk, splitLines } from '../lines.ts'
import { formObject } from './form-object.ts'
import { HttpProblem } from './http-problem.ts'
import { beginsWithJson, JsonValues, type Refused } from './json-values.ts'
import { mediaType } from './media-type.ts'
import { skipWhitespace, trimEnd } from './split-json.ts'
import { toUtf8 } from './to-utf8.ts'

export interface IngestBody {
  readonly chunk: LineChunk
  /** `json` where lines are objects that were checked; undefined where the source's own parser decides. */
  readonly parser: 'json' | undefined
  /** Lines of text are among them. */
  readonly text: boolean
  /** The first 100 that were refused, and how many in all. */
  readonly refused: readonly Refused[]
  readonly refusedCount: number
}

const NONE: readonly Refused[] = Object.freeze([])

/** Throws or rejects with `HttpProblem` (400, 415) where nothing in the body can be used at all. Owns `body`: line breaks inside values become spaces in place. */
export function ingestBody(body: Buffer, contentType: string | undefined): IngestBody | Promise<IngestBody> {
  const { kind, charset } = mediaType(contentType)
  const bytes = toUtf8(body, charset)
  const start = skipWhitespace(bytes, 0, bytes.length)
  if (start === bytes.length) throw new HttpProblem(400, 'cannot find a record: the body is empty. Send JSON objects or lines of text.')
  if (kind === 'text') return textLines(bytes)
  const end = trimEnd(bytes, start, bytes.length)
  if (kind === 'json' || kind === 'ndjson') return jsonValues(bytes, start, end, kind === 'ndjson')
  // curl labels everything a form, and nothing with -T: what is in it decides.
  if (beginsWithJson(bytes, start, end)) return jsonValues(bytes, start, end, false)
  const form = kind === 'form' ? formObject(bytes.toString('utf8', start, end)) : null
  if (form !== null) {
    const object = Buffer.from(form)
    return { chunk: new LineChunk(object, [0], [object.length]), parser: 'json', text: false, refused: NONE, refusedCount: 0 }
  }
  return textLines(bytes)
}

/** A promise only for what takes long: it costs a one-record request nothing. */
function jsonValues(bytes: Buffer, start: number, end: number, byLine: boolean): IngestBody | Promise<IngestBody> {
  const values = new JsonValues(bytes, start, end, byLine)
  return values.read() ? finished(values) : inTurns(values)
}

async function inTurns(values: JsonValues): Promise<IngestBody> {
  do await nextTurn()
  while (!values.read())
  return finished(values)
}

function finished(values: JsonValues): IngestBody {
  const { chunk, objects, strings } = values.finish()
  return { chunk, parser: objects ? 'json' : undefined, text: strings, refused: values.refused, refusedCount: values.refusedCount }
}

/** Every line that is not empty is a record, whatever it looks like. */
function textLines(bytes: Buffer): IngestBody {
  const { starts, ends } = splitLines(bytes)
  const keptStarts: number[] = []
  const keptEnds: number[] = []
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as number
    const end = ends[i] as number
    if (start === end) continue
    keptStarts.push(start)
    keptEnds.push(end)
  }
  return { chunk: new LineChunk(bytes, keptStarts, keptEnds), parser: undefined, text: true, refused: NONE, refusedCount: 0 }
}
