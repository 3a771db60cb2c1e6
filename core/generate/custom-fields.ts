// Fields that users add to generated lines: chosen from a list, drawn from a range, or names.
import { z } from 'zod'
import type { Random } from './random.ts'

const FIRST = ['Ada', 'Amara', 'Bruno', 'Chidi', 'Clara', 'Dmitri', 'Elif', 'Farah', 'Giulia', 'Hana', 'Ibrahim', 'Ines', 'Jonas', 'Kenji', 'Lena', 'Mateo', 'Nadia', 'Olga', 'Pavel', 'Quynh', 'Rosa', 'Sven', 'Tomas', 'Yara']
const LAST = ['Adeyemi', 'Bauer', 'Castillo', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Haddad', 'Ivanova', 'Jansen', 'Kowalski', 'Larsen', 'Moreau', 'Nakamura', 'Okafor', 'Petrov', 'Rossi', 'Santos', 'Tanaka', 'Yilmaz']
const KINDS = ['Foods', 'Textiles', 'Labs', 'Logistics', 'Motors', 'Press', 'Systems', 'Works']
const CITIES = ['Accra', 'Bergen', 'Bogotá', 'Brno', 'Busan', 'Graz', 'Hanoi', 'Izmir', 'Lagos', 'Lille', 'Lyon', 'Malmö', 'Osaka', 'Porto', 'Quito', 'Seville', 'Tampere', 'Turin', 'Utrecht', 'Zürich']

const NAMES: Readonly<Record<'person' | 'company' | 'city', (random: Random) => string>> = {
  person: (random) => `${random.of(FIRST)} ${random.of(LAST)}`,
  company: (random) => `${random.of(LAST)} ${random.of(KINDS)}`,
  city: (random) => random.of(CITIES),
}

const scalar = z.union([z.string(), z.number(), z.boolean()])

const field = z.union([
  z.array(scalar).min(1).max(10_000),
  z.strictObject({ from: z.int(), to: z.int() }).refine(({ from, to }) => from <= to, 'expected `from` to be at most `to`'),
  z.strictObject({ names: z.enum(['person', 'company', 'city']) }),
])

export function customFields() {
  return z.record(z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/, 'expected a name of letters, digits, "_", "." and "-"'), field)
}

export type CustomFields = z.output<ReturnType<typeof customFields>>

export interface FieldMaker {
  readonly name: string
  make(random: Random): string | number | boolean
}

export function fieldMakers(fields: CustomFields): FieldMaker[] {
  return Object.entries(fields).map(([name, spec]) => {
    if (Array.isArray(spec)) return { name, make: (random) => random.of(spec) }
    if ('names' in spec) return { name, make: NAMES[spec.names] }
    const { from, to } = spec
    return { name, make: (random) => from + random.below(to - from + 1) }
  })
}
