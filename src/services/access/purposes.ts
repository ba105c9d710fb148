import type { Purpose } from '../../values/consents.ts';
import { classesAskedBy, DATA_CLASSES, type DataClass, ROLE_PURPOSES } from '../../values/personal-classes.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Right } from '../../values/rights.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Role } from '../../values/vocabulary.ts';

type Looker = Pick<Viewer, 'role' | 'purposes'>;

/** What a viewer uses data of persons for. */
export const purposesOf = ({ role, purposes }: Looker): ReadonlySet<Purpose> => purposes ?? ROLE_PURPOSES[role];

/** Whether a viewer looks at a class for any purpose that it serves. What is their own a customer sees in any case. */
export const servesViewer = (viewer: Looker, dataClass: DataClass): boolean =>
  viewer.role === 'customer' || serves(purposesOf(viewer), dataClass);

const serves = (purposes: ReadonlySet<Purpose>, dataClass: DataClass): boolean =>
  DATA_CLASSES[dataClass].serves.some((purpose) => purposes.has(purpose));

const MOST_INTERNED = 1_000;
const interned = new Map<string, ReadonlySet<Purpose>>();

/** Purposes of a key as a viewer holds them: equal ones are one set. Null: those of its role. Unknown ones are none. */
export function purposeSet(role: Role, purposes: readonly string[] | null): ReadonlySet<Purpose> | null {
  if (purposes === null) return null;
  const name = JSON.stringify([role, purposes]);
  let set = interned.get(name);
  if (!set) {
    set = new Set([...ROLE_PURPOSES[role]].filter((purpose) => purposes.includes(purpose)));
    if (interned.size >= MOST_INTERNED) interned.clear();
    interned.set(name, set);
  }
  return set;
}

/** Purposes that a token names in its claim `purposes`: a list, or a text parted by spaces. Absent: those of its role; anything else names none. */
export function purposesOfToken(role: Role, claim: unknown): ReadonlySet<Purpose> | null {
  if (claim === undefined || role === 'customer') return null;
  const named = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return purposeSet(
    role,
    named.filter((each) => typeof each === 'string'),
  );
}

const narrowed = new WeakMap<ReadonlySet<Right>, WeakMap<ReadonlySet<Purpose>, ReadonlySet<Right>>>();

/** Rights without those whose fields show what is looked at for none of these purposes. Equal ones are one set. */
export function rightsServing(rights: ReadonlySet<Right>, purposes: ReadonlySet<Purpose> | null): ReadonlySet<Right> {
  if (purposes === null) return rights;
  const ofRights = narrowed.get(rights) ?? new WeakMap<ReadonlySet<Purpose>, ReadonlySet<Right>>();
  narrowed.set(rights, ofRights);
  let left = ofRights.get(purposes);
  if (!left) {
    const isServed = (right: Right) => classesAskedBy(right).every((dataClass) => serves(purposes, dataClass));
    left = new Set([...rights].filter(isServed));
    ofRights.set(purposes, left);
  }
  return left;
}

/** Nobody gives a purpose that they do not have, nor one that the role has not. */
export function checkPurposes(giver: Viewer, role: Role, purposes: readonly Purpose[] | null): void {
  const field = ['input', 'purposes'];
  if (role === 'customer' && purposes !== null)
    throw new Refusal('INVALID_INPUT', 'A customer’s key has no purposes: what it shows is the person’s own.', field);
  const given = purposes ?? ROLE_PURPOSES[role];
  for (const purpose of given) {
    if (!ROLE_PURPOSES[role].has(purpose))
      throw new Refusal('INVALID_INPUT', `The role ${role} uses nothing for ${purpose.toUpperCase()}.`, field);
    if (!purposesOf(giver).has(purpose))
      throw new Refusal(
        'NOT_ALLOWED',
        `You cannot give ${purpose.toUpperCase()}: you use nothing for it yourself.`,
        field,
      );
  }
}
