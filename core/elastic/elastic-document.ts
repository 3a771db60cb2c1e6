// A stored record as a document for Elasticsearch and OpenSearch, close to the Elastic Common Schema.
import type { StoredLine } from '../journal/stored-line.ts'
import { messageOf } from '../message.ts'
import { rawBody } from '../raw-body.ts'

/**
 * JSON on one line. What ECS has a name for stands under it; what the logs bring along stays under `body` and `fields`, where no name
 * of theirs can clash with the mapping of ECS (a `host` that is a text would make every such record a mapping error). The body is copied.
 */
export function elasticDocument(line: StoredLine): string {
  const { time, level, source, host, tags, body, fields, guessed, error } = line.value
  const text = typeof body === 'string'
  const message = messageOf(body, fields)
  let json = `{"@timestamp":${JSON.stringify(time)},"log":{"level":"${level}"},"message":${JSON.stringify(message)},"host":{"name":${JSON.stringify(host)}},"tags":${JSON.stringify(tags)},"labels":{"source":${JSON.stringify(source)}`
  if (guessed !== undefined) json += `,"guessed":${JSON.stringify(guessed.join(','))}`
  json += '}'
  if (!text) json += `,"body":${rawBody(line)}`
  else if (message !== body) json += `,"event":{"original":${JSON.stringify(body)}}`
  if (fields !== undefined) json += `,"fields":${JSON.stringify(fields)}`
  if (error !== undefined) json += `,"error":{"message":${JSON.stringify(error)}}`
  return `${json}}`
}
