// What a preset hides and what it leaves, as text and within JSON.
import { expect } from 'vitest'
import { Redactor, REDACT_PRESETS, type RedactorOptions, type RedactPreset } from '../../../core/redact/redactor.ts'

export const redactor = (options: Partial<RedactorOptions>): Redactor => new Redactor({ presets: [], patterns: [], fields: [], mask: (label) => `[redacted:${label}]`, ...options })

/** In `want` a star stands for what is hidden. */
export function checks(preset: RedactPreset): { hides: (text: string, want: string) => void; keeps: (text: string) => void } {
  const one = redactor({ presets: [preset] })
  const all = redactor({ presets: REDACT_PRESETS })
  return {
    hides: (text, want) => {
      const masked = want.replaceAll('*', `[redacted:${preset}]`)
      expect(one.text(text)).toBe(masked)
      // As part of JSON, escaped and not, beside the other presets.
      expect(JSON.parse(one.json(JSON.stringify({ a: 1, b: [text] })) ?? '{}')).toEqual({ a: 1, b: [masked] })
      const escaped = JSON.stringify(text).replace(/[0-9a-z]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      if (!JSON.stringify(text).includes('\\')) expect(JSON.parse(one.json(`{"b":${escaped}}`) ?? '{}')).toEqual({ b: masked })
      expect(all.text(text)).not.toBe(null)
    },
    keeps: (text) => {
      expect(one.text(text), text).toBe(null)
      expect(one.json(JSON.stringify({ b: text })), text).toBe(null)
    },
  }
}
