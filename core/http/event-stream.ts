/** The head of an answer with server-sent events. */
export const EVENT_STREAM = Object.freeze({
  'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store',
  // nginx would hold events back until its buffer is full.
  'X-Accel-Buffering': 'no',
})
