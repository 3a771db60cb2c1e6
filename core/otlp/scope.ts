// Who speaks for the records: OpenTelemetry's instrumentation scope.

export const SCOPE = 'sawlog'
