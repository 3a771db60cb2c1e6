// How deep a value may nest on the wire.
import type { OtlpValue } from './otlp-record.ts'

/**
 * Protobuf readers in Java and C++ refuse a whole request when messages nest deeper than 100. A record's body begins at 5, each level takes 3.
 * What lies deeper is sent as JSON text.
 */
export const MAX_NESTING = 31

/** A value that would nest deeper, as text. Its long integers are quoted. */
export function nestedText(value: OtlpValue): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
}
