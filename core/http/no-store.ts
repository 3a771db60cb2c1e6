/** For whatever shows the present moment. */
export const NO_STORE = Object.freeze({ 'Cache-Control': 'no-store' })
