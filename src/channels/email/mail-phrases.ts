/**
 * How mail programs announce what a reply quotes, language by language. One row a language: a new one needs no code.
 * Compared without case; a phrase may hold regular expression syntax as long as it stays linear (no nested repetition).
 */
export interface MailPhrases {
  /** "On" in "On 3 May, Ann wrote:"; none where the language begins with the date or the name. */
  readonly on?: readonly string[];
  /** "wrote". */
  readonly wrote: readonly string[];
  /** Labels of the block "From: … Sent: … To: … Subject: …". */
  readonly headers: readonly string[];
  /** Between dashes: "-----Original Message-----". */
  readonly original: readonly string[];
  /** Beginnings of what telephones and programs add: "Sent from my". The name of a device or program must follow. */
  readonly sentFrom: readonly string[];
}

export const MAIL_PHRASES: Readonly<Record<string, MailPhrases>> = {
  en: {
    on: ['on', 'at', 'in message'],
    wrote: ['wrote', 'writes', 'said', 'says'],
    headers: ['from', 'sent', 'date', 'to', 'cc', 'bcc', 'subject', 'reply-to', 'importance', 'sent at'],
    original: ['original message', 'original appointment', 'forwarded message', 'reply message', 'original e?-?mail'],
    sentFrom: [
      'sent (?:from|via|with|by|using)',
      'get outlook for',
      'from my (?:i-?phone|i-?pad|ipod|android|samsung|galaxy|mobile|phone|blackberry|cell|tablet|htc|huawei)',
      'get (?:the )?(?:aol|yahoo|bluemail)',
    ],
  },
  de: {
    on: ['am', 'von', 'an'],
    wrote: ['schrieb(?:en)?(?: sie)?', 'geschrieben', 'hat geschrieben', 'schrieb folgendes'],
    headers: ['von', 'gesendet', 'datum', 'an', 'kopie', 'betreff', 'antwort an', 'gesendet am'],
    original: ['ursprüngliche nachricht', 'original-?nachricht', 'weitergeleitete nachricht', 'urspr\\. nachricht'],
    sentFrom: ['von meinem', 'gesendet (?:von|mit)', 'diese nachricht wurde von', 'hol(?:en sie sich)? outlook'],
  },
  fr: {
    on: ['le'],
    wrote: ['a écrit', 'nous a dit', 'écrivait', 'écrit'],
    headers: ['de', 'envoyé', 'date', 'à', 'a', 'objet', 'expéditeur', 'destinataire', 'répondre à', 'envoyé le'],
    original: ["message d'origine", 'message original', 'message transféré', 'message initial'],
    sentFrom: ['envoyé (?:depuis|de mon|à partir|avec)', 'obtenir outlook', 'télécharger outlook'],
  },
  es: {
    on: ['el'],
    wrote: ['escribió', 'escribio', 'ha escrito'],
    headers: ['de', 'enviado', 'fecha', 'para', 'asunto', 'enviado el', 'responder a', 'el'],
    original: ['mensaje original', 'mensaje reenviado', 'mensaje enviado'],
    sentFrom: ['enviado (?:desde|con)', 'obtener outlook'],
  },
  pt: {
    on: ['em', 'no dia', 'a'],
    wrote: ['escreveu', 'escreveu o seguinte'],
    headers: ['de', 'enviada?', 'enviada? em', 'data', 'para', 'assunto', 'responder para'],
    original: ['mensagem original', 'mensagem encaminhada', 'mensagem reencaminhada'],
    sentFrom: ['enviado (?:do|de|a partir|pelo|com)', 'obter o outlook', 'obtenha o outlook'],
  },
  it: {
    on: ['il', 'in data', 'alle'],
    wrote: ['ha scritto', 'scrive', 'scrisse'],
    headers: ['da', 'inviato', 'data', 'a', 'oggetto', 'risposta', 'inviato il', 'rispondi a'],
    original: ['messaggio originale', 'messaggio inoltrato', 'messaggio originario'],
    sentFrom: ['inviato da(?:l mio)?', 'scarica outlook', 'ottieni outlook'],
  },
  nl: {
    on: ['op'],
    wrote: ['schreef', 'het volgende geschreven', 'geschreven', 'schreef het volgende'],
    headers: ['van', 'verzonden', 'datum', 'aan', 'onderwerp', 'beantwoorden - aan', 'verzonden op'],
    original: ['oorspronkelijk bericht', 'origineel bericht', 'doorgestuurd bericht'],
    sentFrom: ['verzonden (?:met|vanaf|via)', 'verstuurd (?:vanaf|met)', 'outlook voor'],
  },
  sv: {
    on: ['den', 'på'],
    wrote: ['skrev', 'skrev följande'],
    headers: ['från', 'skickat', 'datum', 'till', 'ämne', 'kopia'],
    original: ['ursprungligt meddelande', 'originalmeddelande', 'vidarebefordrat meddelande'],
    sentFrom: ['skickat från', 'från min', 'skickades från', 'hämta outlook'],
  },
  no: {
    on: ['den', 'på', '(?:man|tir|ons|tor|fre|lør|søn)\\.?'],
    wrote: ['skrev', 'skrev følgende'],
    headers: ['fra', 'sendt', 'dato', 'til', 'emne', 'kopi'],
    original: ['opprinnelig melding', 'oprindelig meddelelse', 'videresendt melding', 'videresendt meddelelse'],
    sentFrom: ['sendt fra', 'sendt med', 'hent outlook', 'få outlook'],
  },
  fi: {
    wrote: ['kirjoitti', 'kirjoitti seuraavasti', 'kirjoittivat'],
    headers: ['lähettäjä', 'lähetetty', 'päivämäärä', 'päiväys', 'vastaanottaja', 'kopio', 'aihe', 'pvm'],
    original: ['alkuperäinen viesti', 'välitetty viesti', 'edelleenlähetetty viesti', 'alkup\\. viesti'],
    sentFrom: ['lähetetty', 'hanki outlook', 'hae outlook'],
  },
  et: {
    wrote: ['kirjutas'],
    headers: ['saatja', 'saadetud', 'kuupäev', 'adressaat', 'teema'],
    original: ['algne teade', 'algne sõnum', 'edastatud sõnum', 'algne kiri'],
    sentFrom: ['saadetud minu'],
  },
  lv: {
    wrote: ['rakstīja'],
    headers: ['no', 'nosūtīts', 'kam', 'temats', 'tēma', 'datums'],
    original: ['sākotnējais ziņojums'],
    sentFrom: ['sūtīts no'],
  },
  lt: {
    wrote: ['rašė', 'parašė'],
    headers: ['nuo', 'išsiųsta', 'kam', 'tema', 'siuntėjas', 'data'],
    original: ['pradinis laiškas', 'originalus laiškas', 'persiųstas laiškas'],
    sentFrom: ['išsiųsta iš'],
  },
  pl: {
    on: ['dnia', 'w dniu', '(?:pon|wt|śr|czw|pt|sob|niedz)\\.?,?'],
    wrote: ['napisał(?:\\(a\\)|/a|a)?', 'pisze'],
    headers: ['od', 'wysłano', 'wysłane', 'data', 'do', 'dw', 'temat'],
    original: ['oryginalna wiadomość', 'wiadomość oryginalna', 'treść przekazanej wiadomości', 'wiadomość przekazana'],
    sentFrom: ['wysłano z', 'wysłane z', 'pobierz (?:aplikację )?outlook'],
  },
  cs: {
    on: ['dne'],
    wrote: ['napsal(?:\\(a\\)|/a|a)?', 'napísal(?:\\(a\\)|/a|a)?', 'píše'],
    headers: ['od', 'odesláno', 'odoslané', 'datum', 'dátum', 'komu', 'předmět', 'predmet', 'kopie', 'kópia'],
    original: ['původní zpráva', 'původní e-mail', 'pôvodná správa', 'přeposlaná zpráva', 'preposlaná správa'],
    sentFrom: ['odesláno z', 'odoslané z', 'posláno z'],
  },
  sl: {
    on: ['dne', 'dana'],
    wrote: ['je (?:oseba .{1,80} )?napisal(?:a|/a|o|\\(a\\))?', 'napisao(?:/la| je)?', 'je napisao(?:/la)?'],
    headers: ['od', 'poslano', 'za', 'zadeva', 'šalje', 'prima', 'predmet', 'datum', 'poslato'],
    original: ['izvirno sporočilo', 'izvorna poruka', 'originalna poruka', 'posredovano sporočilo'],
    sentFrom: ['poslano iz', 'poslano s', 'poslato sa'],
  },
  hu: {
    wrote: ['ezt írta', 'írta', 'a következőt írta', 'írta .{1,40}'],
    headers: ['feladó', 'küldve', 'dátum', 'címzett', 'tárgy', 'elküldve', 'másolatot kap'],
    original: ['eredeti üzenet', 'továbbított üzenet', 'eredeti levél'],
    sentFrom: ['elküldve', 'az én', 'küldve az'],
  },
  ro: {
    on: ['în', 'pe', 'la', 'in'],
    wrote: ['a scris', 'a scris următoarele'],
    headers: ['de la', 'trimis', 'data', 'către', 'catre', 'subiect', 'expeditor'],
    original: ['mesaj original', 'mesajul original', 'mesaj redirecționat'],
    sentFrom: ['trimis (?:de pe|din|cu|de la)'],
  },
  el: {
    on: ['στις', 'την'],
    wrote: ['έγραψε', 'έγραψαν'],
    headers: ['από', 'στάλθηκε', 'ημερομηνία', 'προς', 'θέμα', 'κοιν'],
    original: ['αρχικό μήνυμα', 'προωθημένο μήνυμα'],
    sentFrom: ['στάλθηκε από', 'εστάλη από'],
  },
  tr: {
    wrote: ['şunu yazdı', 'yazdı', 'şunları yazdı', 'tarihinde .{1,120} yazdı'],
    headers: ['kimden', 'gönderen', 'gönderildi', 'gönderme tarihi', 'tarih', 'kime', 'alıcı', 'konu', 'bilgi'],
    original: ['orijinal ileti', 'orijinal mesaj', 'özgün ileti', 'iletilen mesaj'],
    sentFrom: ['.{1,20}(?:ımdan|imden|umdan) gönderildi', 'iphone.umdan gönderildi'],
  },
  ru: {
    wrote: ['написал(?:а|\\(а\\))?', 'пишет', 'писал(?:а|\\(а\\))?'],
    headers: ['от', 'отправлено', 'дата', 'кому', 'тема', 'от кого', 'копия', 'отправитель'],
    original: ['исходное сообщение', 'оригинальное сообщение', 'пересылаемое сообщение', 'пересланное сообщение'],
    sentFrom: ['отправлено (?:с|из)', 'от моего', 'отправлено мобильной'],
  },
  uk: {
    wrote: ['пише', 'написав(?:\\(-ла\\)|ла)?', 'написала'],
    headers: ['від', 'надіслано', 'дата', 'кому', 'тема', 'від кого'],
    original: ['вихідне повідомлення', 'оригінальне повідомлення', 'пересилане повідомлення'],
    sentFrom: ['надіслано з', 'відправлено з'],
  },
  bg: {
    on: ['на'],
    wrote: ['написа', 'писа'],
    headers: ['от', 'изпратено', 'дата', 'до', 'относно'],
    original: ['оригинално съобщение', 'препратено съобщение'],
    sentFrom: ['изпратено от'],
  },
  zh: {
    on: ['在', '于', '於'],
    wrote: ['写道', '寫道', '写信', '的邮件'],
    headers: [
      '发件人',
      '收件人',
      '主题',
      '发送时间',
      '抄送',
      '日期',
      '寄件者',
      '收件者',
      '主旨',
      '寄件日期',
      '傳送時間',
    ],
    original: ['原始邮件', '原始郵件', '转发邮件', '转发的邮件', '轉寄郵件', '回复的原邮件', '原邮件'],
    sentFrom: ['從我的', '从我的', '发自我的', '發自我的', '寄自我的'],
  },
  ja: {
    wrote: ['さんは書きました', 'のメール', 'さんのメッセージ', '書きました', 'wrote'],
    headers: ['差出人', '送信者', '送信日時', '送信日', '日時', '日付', '宛先', '件名'],
    original: ['元のメッセージ', '転送メッセージ', '転送されたメッセージ', '元のメール'],
    sentFrom: ['.{0,20}iphoneから送信', '.{0,20}から送信'],
  },
  ko: {
    wrote: ['님이 작성', '작성', '님이 쓴 글', '님의 말'],
    headers: ['보낸 사람', '보낸사람', '받는 사람', '받는사람', '보낸 날짜', '날짜', '제목', '참조'],
    original: ['원본 메시지', '원본 메일', '전달된 메시지'],
    sentFrom: ['나의 .{1,30}에서 보냄', '.{1,30}에서 보냄'],
  },
  ar: {
    on: ['في', 'بتاريخ'],
    wrote: ['كتب', 'كتبت', 'كتب/ت'],
    headers: ['من', 'إلى', 'التاريخ', 'الموضوع', 'تم الإرسال', 'أُرسلت'],
    original: ['الرسالة الأصلية', 'رسالة أصلية'],
    sentFrom: ['أُرسلت من', 'مرسل من', 'تم الإرسال من'],
  },
  he: {
    on: ['בתאריך', 'ב-?'],
    wrote: ['כתב(?:ה)?', 'מאת .{1,80}'],
    headers: ['מאת', 'נשלח', 'תאריך', 'אל', 'נושא'],
    original: ['הודעה מקורית', 'הודעה שהועברה'],
    sentFrom: ['נשלח מ'],
  },
  vi: {
    on: ['vào', 'lúc'],
    wrote: ['đã viết', 'viết'],
    headers: ['từ', 'đã gửi', 'ngày', 'tới', 'đến', 'chủ đề'],
    original: ['thư gốc', 'tin nhắn gốc'],
    sentFrom: ['đã gửi từ', 'được gửi từ', 'gửi từ'],
  },
};
