/** What a browser keeps of the chat. A browser that keeps nothing still chats until the page is left. */
export function keptUnder(prefix: string) {
  const inMemory = new Map<string, string>();
  const stored = <T>(work: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return work(localStorage);
    } catch {
      return otherwise();
    }
  };
  return {
    get: (name: string): string | null =>
      inMemory.get(name) ??
      stored(
        (storage) => storage.getItem(prefix + name),
        () => null,
      ),
    set(name: string, value: string | null): void {
      inMemory.delete(name);
      stored(
        (storage) => (value === null ? storage.removeItem(prefix + name) : storage.setItem(prefix + name, value)),
        () => void (value !== null && inMemory.set(name, value)),
      );
    },
    names: (): string[] => [
      ...inMemory.keys(),
      ...stored(
        (storage) =>
          Object.keys(storage)
            .filter((name) => name.startsWith(prefix))
            .map((name) => name.slice(prefix.length)),
        () => [],
      ),
    ],
  };
}
export type Kept = ReturnType<typeof keptUnder>;
