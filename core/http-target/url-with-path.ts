// The address of an API on a server of which the user may give the address alone.

/** Adds `path`, unless the URL's path ends so already: behind a proxy it may begin in any way. */
export function urlWithPath(given: string, path: string): string {
  const url = new URL(given)
  if (!url.pathname.endsWith(path)) url.pathname = url.pathname.replace(/\/$/, '') + path
  return url.href
}
