// The types a config may give to what was captured from text.

export const VALUE_TYPES = ['int', 'float', 'bool', 'string'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The text as a value of the type; text that is not of it stays text. `int` cuts a fraction; integers beyond 2^53 stay text. */
export function valueOfType(text: string, type: ValueType): string | number | boolean {
  if (type === 'string') return text
  if (type === 'bool') return /^(?:true|yes|on|1)$/i.test(text) ? true : /^(?:false|no|off|0)$/i.test(text) ? false : text
  if (!NUMBER.test(text)) return text
  const number = type === 'int' ? Math.trunc(Number(text)) : Number(text)
  // No -0: it would not come back from JSON.
  return (type === 'int' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number + 0 : text
}
