// Sends records to any URL, in batches or one by one, as JSON, lines of JSON or lines of text.
import { crc32 } from 'node:zlib'
import { definePlugin, HttpTarget, httpTargetOptions, recordTemplate, Reject, type RecordTemplate, StoredLine, TooLarge, z } from '../../core/plugin.ts'

const CONTENT_TYPES = { json: 'application/json', ndjson: 'application/x-ndjson', text: 'text/plain; charset=utf-8' } as const
type Format = keyof typeof CONTENT_TYPES

// A webhook need not take gzip, and most do not.
const { url, ...targetOptions } = httpTargetOptions({ compression: 'none' })

export default definePlugin({
  kind: 'output',
  type: 'http',
  summary: 'Sends records to any URL: a webhook, an ingest endpoint, a service of your own.',
  options: z
    .strictObject({
      // The address of a webhook is its password.
      url: url.meta({ writeOnly: true, description: 'Where to send to: `http://` or `https://`, without user and password. Not shown on pages, since the address of a webhook is its key.' }),
      method: z.enum(['POST', 'PUT']).default('POST').describe('Method of the requests.'),
      format: z.enum(['ndjson', 'json', 'text']).default('ndjson').describe('`ndjson` (one JSON object a line), `json` (one array, or one object with `one_per_request`), or `text` (a line a record).'),
      template: recordTemplate().optional()
        .describe('What is sent of a record. For `json` and `ndjson` a mapping whose texts have names in braces, such as `{ text: "{level}: {message}" }`; for `text` a template, or `text`, `json`, `raw`. By default the stored line.'),
      one_per_request: z.boolean().default(false).describe('Sends each record in a request of its own, in order, as webhooks of chats want it.'),
      ...targetOptions,
    })
    .refine(({ format, template }) => template === undefined || (template.kind === 'text') === (format === 'text'), {
      path: ['template'], error: 'expected a mapping for `json` and `ndjson`, such as { text: "{message}" }, and a text for `format: text`',
    }),
  example: 'url: https://hooks.example.com/services/T000/B000/KEY\nformat: json\none_per_request: true\ntemplate: { text: "*{LEVEL}* {source}: {message}" }\nwhen: level:error',
  guarantee: 'At least once: a request without a whole answer is sent again. Every request carries an `Idempotency-Key`, with which a target that honours it, as the `http` source of Sawlog does, stores each record exactly once while Sawlog itself is not killed.',
  docs: [
    'Names in a template: `time`, `level`, `LEVEL`, `source`, `host`, `tags`, `message`, `body`, `fields`, `guessed`, `error`, or any name in body or fields, with dots; `{{` and `}}` are braces. '
      + 'In a mapping, names are filled into its texts and escaped as JSON; keys and numbers stand for themselves. The `Content-Type` follows the format; another one is set under `headers`.',
    'A 2xx is success. 408, 425, 429, 5xx, a redirect, a timeout and a cut connection are tried again, `Retry-After` is honoured; 413 halves the batch; any other 4xx makes the records dead letters, with the first 300 characters of the answer as the reason.',
    'The `Idempotency-Key` names journal, output, first and last record and a checksum of the body. However often an answer is lost or the target restarts, the same records are sent under the same key, while Sawlog runs. '
      + 'After Sawlog was killed, or the output was reloaded, the batches that were under way and those of the last 250 ms before are sent again, perhaps cut in other places under other keys, and may be stored twice. '
      + 'With `one_per_request` a key names one record, so those repeats are recognised as well. The `http` source keeps keys for 24 h. From Sawlog to Sawlog, `forward` is exactly once throughout.',
    'With `one_per_request`, records that were taken are not sent again when a later one of the batch fails. `concurrency` sends several batches at once; their order is then not kept.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: 'POST {"text":"*ERROR* app: card declined"}',
  },
  concurrent: true,
  setup({ method, format, template = null, one_per_request: single, ...options }, { journal, name }) {
    const target = new HttpTarget(options)
    const nameHash = crc32(name)
    const send = async (lines: readonly StoredLine[], body: Buffer, signal: AbortSignal): Promise<void> => {
      const [first, last] = [lines[0] as StoredLine, lines.at(-1) as StoredLine]
      // With the checksum a key never stands for another body, which would be refused: `when` or the template may have changed since.
      const key = `${journal}-${first.segment}.${first.record}-${last.segment}.${last.record}-${crc32(body, nameHash).toString(16).padStart(8, '0')}`
      await target.send(body, { method, headers: { 'content-type': CONTENT_TYPES[format], 'idempotency-key': key } }, signal)
    }
    /** Lines that were taken (null) or refused for good, should a later one of their batch be tried again. */
    const settled = new WeakMap<StoredLine, string | null>()
    const sendAlone = async (line: StoredLine, signal: AbortSignal): Promise<string | null> => {
      try {
        await send([line], bodyOf([line], format, template, true), signal)
        return null
      } catch (error) {
        if (error instanceof Reject || error instanceof TooLarge) return error.message
        throw error
      }
    }
    return {
      async deliver(lines, _cursor, signal) {
        if (!single) return send(lines, bodyOf(lines, format, template, false), signal)
        const rejected: Array<{ line: StoredLine; reason: string }> = []
        for (const line of lines) {
          const known = settled.get(line)
          const reason = known === undefined ? await sendAlone(line, signal) : known
          settled.set(line, reason)
          if (reason !== null) rejected.push({ line, reason })
        }
        return { rejected }
      },
      close: () => target.close(),
    }
  },
})

function bodyOf(lines: readonly StoredLine[], format: Format, template: RecordTemplate | null, single: boolean): Buffer {
  const array = format === 'json' && !single
  if (template === null && format !== 'text') return storedLines(lines, array)
  const texts = lines.map(template?.render ?? ((line) => line.text))
  if (array) return Buffer.from(`[${texts.join(',')}]`)
  return Buffer.from(single ? (texts[0] as string) : `${texts.join('\n')}\n`)
}

/** As they are: 26 to 48 ns a line to copy it, against 567 for parsing it; nothing where a batch is a stretch of a sealed block, as all are that wait for long. */
function storedLines(lines: readonly StoredLine[], array: boolean): Buffer {
  const together = array ? null : StoredLine.together(lines)
  if (together !== null) return together
  let length = array ? 1 : 0
  for (const line of lines) length += line.length + 1
  const body = Buffer.allocUnsafe(length)
  let at = array ? body.write('[') : 0
  for (const line of lines) {
    at = line.copyTo(body, at)
    // In the place of the newline.
    if (array) body.write(',', at - 1)
  }
  if (array) body.write(']', at - 1)
  return body
}
