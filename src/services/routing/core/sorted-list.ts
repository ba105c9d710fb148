/** Items in the order that `compare` says, which must tell any two apart. Found by halving, kept in one array. */
export class SortedList<T> {
  readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  add(item: T): void {
    const { items } = this;
    const last = items.at(-1);
    // Most of what comes, comes last.
    if (last === undefined || this.compare(last, item) < 0) items.push(item);
    else items.splice(this.placeOf(item), 0, item);
  }

  /** Takes out an item whose order is still what it was when it was added. */
  remove(item: T): void {
    const place = this.placeOf(item);
    if (this.items[place] !== item) throw new Error('What is to be removed is not where its order says.');
    if (place === 0) this.items.shift();
    else this.items.splice(place, 1);
  }

  /** How many items come before this one, which need not be among them. */
  placeOf(item: T): number {
    const { items } = this;
    let from = 0;
    let to = items.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.compare(items[middle]!, item) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
