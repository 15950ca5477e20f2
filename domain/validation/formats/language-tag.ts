/** The languages of two letters (ISO 639-1), former ones too: the list is closed. Those of three letters are thousands. */
const twoLetters = new Set(
  `aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
  es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji
  jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb
  nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
  ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu`.split(/\s+/),
);

/** Parts of a tag behind the language, in their order: extensions of it, script, region, variants, extensions, private use. */
const restOfTag =
  /^(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?$/;

/** No real tag is longer. */
const longest = 100;

/**
 * True for a language tag of BCP 47 (RFC 5646, 2.1) by its form: `en`, `es-419`, `zh-Hant`. Of what stands in the registry only the
 * languages of two letters are known; no language has more than three.
 */
export function isLanguageTag(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > longest) return false;
  const tag = value.toLowerCase();
  // Private tags, and the irregular ones of before.
  if (/^(?:x|i|sgn)(?:-[a-z0-9]{1,8})+$/.test(tag)) return true;
  const language = /^[a-z]{2,3}(?=-|$)/.exec(tag)?.[0] ?? '';
  if (language.length === 2 && !twoLetters.has(language)) return false;
  return language !== '' && restOfTag.test(tag.slice(language.length));
}
