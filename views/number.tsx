// A number shown short, exact in its title.
import { bytes, count, exact } from './format.ts'

export function Num({ value, unit = 'count' }: { value: number; unit?: 'count' | 'bytes' }) {
  const text = unit === 'bytes' ? bytes(value) : count(value)
  const title = unit === 'bytes' ? `${exact(Math.round(value))} bytes` : exact(value)
  return <span class="num" title={title}>{text}</span>
}
