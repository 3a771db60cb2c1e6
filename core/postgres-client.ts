// Who speaks to PostgreSQL, as its log writes it: `10.0.0.1(5432)`, `10.0.0.1`, `db.example.com`, `[local]`.
import type { Fields } from './record.ts'

const PORT = /\((\d{1,5})\)$/

/** Sets `client` and, where there is one, `client_port`. What is empty, `[unknown]` or set already is passed over. */
export function notePostgresClient(text: string, fields: Fields): void {
  if (text === '' || text === '[unknown]' || fields['client'] !== undefined) return
  const port = text.endsWith(')') ? PORT.exec(text) : null
  fields['client'] = port === null ? text : text.slice(0, port.index)
  if (port !== null) fields['client_port'] = Number(port[1])
}
