import type { DemoLanguage } from './people.ts';

/** What is said about one matter: customer and agent by turns, the customer first. `{order}`, `{product}` and `{place}` are filled in. */
export type Talk = readonly string[];

/** Matters that speak of an order. */
export const ORDER_TALKS: Record<DemoLanguage, readonly Talk[]> = {
  fi: [
    [
      'Hei! Missä tilaukseni {order} on? Seuranta ei ole päivittynyt kahteen päivään.',
      'Hei! Katsoin paketin tiedot: se on nyt matkalla, viimeisin skannaus on paikassa {place}. Se tulee perille huomenna.',
      'Kiitos! Voisiko sen jättää noutopisteeseen?',
      'Totta kai, ohjasin paketin lähimpään noutopisteeseen. Saat siitä tekstiviestin.',
      'Mahtavaa, kiitos avusta!',
    ],
    [
      'Haluaisin palauttaa tuotteen {product}, se on liian pieni. Tilaus {order}.',
      'Ilman muuta. Lähetin sinulle palautustarran sähköpostilla, palautus on maksuton.',
      'Hienoa. Milloin rahat palautuvat?',
      'Hyvitys tehdään heti kun paketti on varastolla, yleensä viikossa.',
      'Selvä, kiitos.',
    ],
    [
      'Maksoin tilauksen {order} lahjakortilla, mutta sain silti laskun?',
      'Pahoittelut sekaannuksesta. Lahjakortti on kirjattu, lasku on mitätöity.',
      'Kiitos nopeasta vastauksesta!',
    ],
  ],
  et: [
    [
      'Tere! Kus mu tellimus {order} on? Kas pakk jõuab enne nädalavahetust?',
      'Tere! Pakk on teel, viimane skaneering oli kohas {place}. Kuller toob selle homme.',
      'Väga hea. Kas saab tuua pärast kella viit?',
      'Jah, lisasin kullerile märkuse: pärast kella viit.',
      'Aitäh!',
    ],
    [
      'Tahaksin tagastada toote {product} tellimusest {order}, suurus ei sobi.',
      'Muidugi. Tagastussilt on teie e-postis, tagastamine on tasuta.',
      'Kas ma saan selle vahetada suurema vastu?',
      'Jah, panin suurema teile kõrvale. See saadetakse välja kohe, kui pakk on tagasi.',
      'Suur tänu!',
    ],
  ],
  en: [
    [
      'Hello, where is my order {order}? The tracking page has not moved for two days.',
      'Hi! I looked it up: the parcel was last scanned in {place} and is on its way. It should be with you tomorrow.',
      'Thanks. Can it be left with a neighbour?',
      'Done, I added a note for the courier.',
      'Perfect, thank you!',
    ],
    [
      'The zip of my {product} broke after a week. Can I return it? Order {order}.',
      'I am sorry to hear that. A return label is in your inbox; we exchange it or refund you, as you like.',
      'An exchange please, same size.',
      'Reserved. It ships as soon as the return is scanned.',
      'Great service, thanks.',
    ],
    [
      'I was charged twice for order {order}. Could you check the payment?',
      'One of the two is only a reservation by your bank. It disappears within three days.',
      'Ah, good to know. Thank you.',
    ],
  ],
};

/** Matters about the range: anybody asks them. */
export const PRODUCT_TALKS: Record<DemoLanguage, readonly Talk[]> = {
  fi: [
    [
      'Onko {product} vielä varastossa myymälässä {place}?',
      'Hei! Kyllä, siellä on vielä muutama kappale. Haluatko että varaan sinulle yhden?',
      'Kyllä kiitos, haen huomenna.',
      'Varattu. Tervetuloa!',
    ],
    [
      'Mikä koko olisi oikea tuotteesta {product}, jos olen 178 cm?',
      'M on sopiva, L jos puet väliin paksun kerroksen.',
      'Kiitos!',
    ],
  ],
  et: [
    [
      'Kas {product} on veel poes {place} olemas?',
      'Tere! Jah, mõned on veel alles. Kas panen ühe kõrvale?',
      'Jah palun, tulen homme järele.',
      'Tehtud, ootame teid!',
    ],
  ],
  en: [
    [
      'Is the {product} still in stock in {place}?',
      'Hello! Yes, there are a few left. Shall I put one aside for you?',
      'Yes please, I will come by tomorrow.',
      'It is waiting for you at the till.',
    ],
    [
      'What size of the {product} would fit me? I am 1.78 m tall.',
      'M fits well, L if you wear a thick layer below.',
      'Thanks, M then.',
    ],
  ],
};

export const fill = (text: string, words: Readonly<Record<'order' | 'product' | 'place', string>>) =>
  text.replaceAll(/\{(order|product|place)\}/g, (_, word: keyof typeof words) => words[word]);
