const KEPT_AS = 'punos.key';

/**
 * The key of this tab: from the address (`/#key=…`, as `npm start` prints it) or as kept when it was typed in.
 * It is taken out of the address at once. A fragment is never sent to a server, and a tab's storage ends with the tab.
 */
export function readKey(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('key')?.trim();
  if (given) {
    keepKey(given);
    history.replaceState(null, '', location.pathname + location.search);
    return given;
  }
  return sessionStorage.getItem(KEPT_AS);
}

export function keepKey(key: string): void {
  sessionStorage.setItem(KEPT_AS, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(KEPT_AS);
}

export const asAuthorization = (key: string) => `Bearer ${key}`;
