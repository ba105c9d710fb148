/** Common first: the first tenth of them is borne by a third of the people, as it is with real names. */
const GIVEN =
  'Maria,Anna,Juhani,Helena,Johannes,Aino,Olavi,Marjatta,Antero,Kaarina,Tapani,Liisa,Eero,Mikael,Elina,Tuomas'.split(
    ',',
  );
const FAMILY =
  'Korhonen,Virtanen,Mäkinen,Nieminen,Mäkelä,Hämäläinen,Laine,Heikkinen,Koskinen,Järvinen,Lehtonen,Saarinen'.split(',');
const SYLLABLES = 'ka,le,mi,no,pu,sa,te,vi,ro,ju,ha,ki,lu,ne,po,si,ta,ve,ri,jo,he,ku,la,me,ni,su,to,va,re,ji'.split(
  ',',
);

const GIVEN_NAMES = 2_000;
const FAMILY_NAMES = 50_000;

const oneOf = (number: string, words: readonly string[]) =>
  `(array['${words.join("','")}'])[1 + ((${number}) % ${words.length})::int]`;
const madeUp = (number: string) =>
  `initcap(${[1, 30, 900].map((power) => oneOf(`${number} / ${power}`, SYLLABLES)).join(' || ')})`;
/** Squares of a number that jumps about between 0 and 1: a few ranks are frequent, most are rare. */
const rank = (number: string, multiplier: number, names: number) =>
  `floor(${names} * (((${number})::bigint * ${multiplier} % 1048573) / 1048573.0) ^ 2)::bigint`;

/** SQL: the given name of a customer by number; the most common one has one in 45. */
export const givenNameOf = (number: string): string => {
  const nth = rank(number, 633_910_099, GIVEN_NAMES);
  return `case when ${nth} < ${GIVEN.length} then ${oneOf(nth, GIVEN)} else ${madeUp(nth)} || 'la' end`;
};

/** SQL: the family name; the most common one has one in 220, one in twenty has a second part of their own. */
export const familyNameOf = (number: string): string => {
  const nth = rank(number, 1_597_334_677, FAMILY_NAMES);
  const common = `case when ${nth} < ${FAMILY.length} then ${oneOf(nth, FAMILY)} else ${madeUp(nth)} || ${oneOf(nth, ['nen', 'maki', 'ranta'])} end`;
  return `${common} || case when ${number} % 20 = 19 then '-' || ${madeUp(number)} || ${madeUp(`(${number}) / 7`)} else '' end`;
};

/** SQL: the words of a name, as `wordsOf` makes them of these letters. */
export const wordsOfName = (name: string): string =>
  `(select distinct word from regexp_split_to_table(translate(lower(${name}), 'äö', 'ao'), '[^a-z]+') as word)`;
