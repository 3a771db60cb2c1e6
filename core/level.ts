// Severities: the six names a record can carry and what other systems call them.

/** Lowest to highest; OpenTelemetry's SeverityNumber ranges 1-4, 5-8, 9-12, 13-16, 17-20, 21-24 in this order. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type Level = (typeof LEVELS)[number]
