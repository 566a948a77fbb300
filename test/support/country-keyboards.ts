/** Keyboards of eight countries as people have them, and what is done with them. */
import { WRITING_KEYS } from '../../streamer/src/display/keys.ts';
import type { KeyAct } from './play-keys.ts';

export interface CountryKeyboard {
  /** As XKB names it. */
  layout: string;
  /** What the writing keys give alone, with Shift, with AltGr, and with both; `†` is a dead key, a blank nothing. */
  levels: readonly string[];
  /** What dead keys make of a letter, or of a blank. */
  composed: string;
}

/** As xkeyboard-config has them, on which those of other systems differ in what few people type. */
export const COUNTRY_KEYBOARDS: readonly CountryKeyboard[] = [
  {
    layout: 'us',
    levels: [
      "`1234567890-=qwertyuiop[]asdfghjkl;'\\<zxcvbnm,./",
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|>ZXCVBNM<>?',
    ],
    composed: '',
  },
  {
    layout: 'gb',
    levels: [
      "`1234567890-=qwertyuiop[]asdfghjkl;'#\\zxcvbnm,./",
      '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?',
      '|¹²³€½¾{[]}\\†@ſe¶ŧ←↓→øþ††æßðđŋħ†ĸł†††|«»¢„“”µ•·†',
      '|¡⅛£¼⅜⅝⅞™±°¿†Ω§E®Ŧ¥↑ıØÞ††ÆẞÐªŊĦ†&Ł†††¦<>©‚‘’º×÷†',
    ],
    composed: 'áéíóúàèêçñŵŷÁÉ',
  },
  {
    layout: 'de',
    levels: [
      '†1234567890ß†qwertzuiopü+asdfghjklöä#<yxcvbnm,.-',
      `°!"§$%&/()=?†QWERTZUIOPÜ*ASDFGHJKLÖÄ'>YXCVBNM;:_`,
      '′¹²³¼½¬{[]}\\†@ſ€¶ŧ←↓→øþ†~æſðđŋħ†ĸł††’|»«¢„“”µ·…–',
      '″¡⅛£¤⅜⅝⅞™±°¿†Ω§€®Ŧ¥↑ıØÞ†¯ÆẞÐªŊĦ†&Ł††††›‹©‚‘’º×÷—',
    ],
    composed: 'áàâéèêíóúñ^´`',
  },
  {
    layout: 'fr',
    levels: [
      `²&é"'(-è_çà)=azertyuiop†$qsdfghjklmù*<wxcvbn,;:!`,
      '~1234567890°+AZERTYUIOP†£QSDFGHJKLM%µ>WXCVBN?./§',
      '¬¹~#{[|`\\^@]}æ«€¶ŧ←↓→øþ†¤@ßðđŋħ†ĸłµ††|ł»¢„“”†•·†',
      '¬¡⅛£$⅜⅝⅞™±°¿†Æ<¢®Ŧ¥↑ıØÞ††ΩẞÐªŊĦ†&Łº††¦Ł>©‚‘’†×÷†',
    ],
    composed: 'âêîôûäëïöüÿÂÊÎÔÛÄËÏÖÜ^¨',
  },
  {
    layout: 'es',
    levels: [
      "º1234567890'¡qwertyuiop†+asdfghjklñ†ç<zxcvbnm,.-",
      'ª!"·$%&/()=?¿QWERTYUIOP†*ASDFGHJKLÑ†Ç>ZXCVBNM;:_',
      '\\|@#~½¬{[]}\\†@ſ€¶ŧ←↓→øþ[]æßðđŋħ†ĸł†{}|«»¢„“”µ•·†',
      '\\¡⅛£$⅜⅝⅞™±°¿†Ω§¢®Ŧ¥↑ıØÞ††ÆẞÐªŊĦ†&Ł†††¦<>©‚‘’º×÷†',
    ],
    composed: 'áéíóúüÁÉÍÓÚÜ`´',
  },
  {
    layout: 'cz',
    levels: [
      ';+ěščřžýáíé=†qwertzuiopú)asdfghjklů§†\\yxcvbnm,.-',
      `†1234567890%†QWERTZUIOP/(ASDFGHJKL"!'|YXCVBNM?:_`,
      "`!@#$%^&*{}\\†\\|€¶ŧ←↓→øþ[]~đĐ[]`'łŁ$'\\/°#&@{}^<>*",
      '~††††††††††††Ω§E®Ŧ¥↑ıØÞ÷×ÆẞÐªŊĦ†&Ł†ß|¦<>©‚‘’º×÷†',
    ],
    composed: 'ďťňóĎŤŇÓÁÉÍÝĚŠČŘŽÚŮ',
  },
  {
    layout: 'ru',
    levels: [
      'ё1234567890-=йцукенгшщзхъфывапролджэ\\/ячсмитьбю.',
      'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭ/|ЯЧСМИТЬБЮ,',
      '        ₽',
    ],
    composed: '',
  },
  {
    layout: 'gr',
    levels: [
      "`1234567890-=;ςερτυθιοπ[]ασδφγηξκλ†'\\«ζχψωβνμ,./",
      '~!@#$%^&*()_+:ΣΕΡΤΥΘΙΟΠ{}ΑΣΔΦΓΗΞΚΛ†"|»ΖΧΨΩΒΝΜ<>?',
      '  ½£¼€ϰϗ₯ °± ·ϛ€® ϒϑͻ ϡ††  ↓ϕϝ ͼϟϲ†† |ͽ→©ϖϐʹϻ«»',
      ' ¹²³¾  Ϗ      Ϛ ϱ ϒϴϽ Ϡ††  ↑ Ϝ ϾϞϹ†† ¦Ͽ←   ͵Ϻ ·',
    ],
    composed: 'άέήίόύώΆΈΉΊΌΎΏϊϋΐΰΪΫ',
  },
];

const DEAD = '†';
const NOTHING = ' ';

/** The keys of one level, the first or the only one. */
export function typeLevel({ levels }: CountryKeyboard, level: number): KeyAct[] {
  const keys = [...levels[level]!].flatMap((character, index) =>
    character === DEAD || character === NOTHING ? [] : press(WRITING_KEYS[index]!, character, level),
  );
  return holding(level, keys);
}

/** Every character that the keyboard has, one after the other. */
export function typeEverything(keyboard: CountryKeyboard): KeyAct[] {
  return [...keyboard.levels.flatMap((_, level) => typeLevel(keyboard, level)), ...typeComposed(keyboard)];
}

/** Ctrl and the key of this Latin letter, or the key at its place where there are no Latin letters. */
export function pressCtrl({ levels }: CountryKeyboard, letter: string): KeyAct[] {
  const plain = [...levels[0]!];
  const own = plain.indexOf(letter);
  const index = own === -1 ? WRITING_KEYS.indexOf(`Key${letter.toUpperCase()}`) : own;
  const key = { code: WRITING_KEYS[index]!, key: plain[index]!, ctrlKey: true };
  const ctrl = { code: 'ControlLeft', key: 'Control' };
  return [
    { type: 'keydown', ...ctrl, ctrlKey: true },
    { type: 'keydown', ...key },
    { type: 'keyup', ...key },
    { type: 'keyup', ...ctrl },
  ];
}

/** What all this types. */
export function textOf(acts: readonly KeyAct[]): string {
  return acts.map(({ text }) => text ?? '').join('');
}

/** What `navigator.keyboard.getLayoutMap()` has for it. */
export function layoutMap({ levels }: CountryKeyboard): [code: string, key: string][] {
  const keys = [...levels[0]!].map((key, index): [string, string] => [WRITING_KEYS[index]!, key]);
  return keys.filter(([, key]) => key !== DEAD);
}

function typeComposed({ levels, composed }: CountryKeyboard): KeyAct[] {
  const level = levels.findIndex((row) => row.includes(DEAD));
  if (level === -1) return [];
  const code = WRITING_KEYS[[...levels[level]!].indexOf(DEAD)]!;
  const dead = { code, key: 'Dead', ...stateAt(level) };
  return [...composed].flatMap((character) => [
    ...holding(level, [
      { type: 'keydown', ...dead },
      { type: 'keyup', ...dead },
    ]),
    ...press('KeyE', character, 0),
  ]);
}

function press(code: string, key: string, level: number): KeyAct[] {
  const act = { code, key, ...stateAt(level) };
  return [
    { type: 'keydown', ...act, text: key },
    { type: 'keyup', ...act },
  ];
}

/** With the modifiers of a level down. */
function holding(level: number, acts: KeyAct[]): KeyAct[] {
  const { shiftKey, modifierAltGraph } = stateAt(level);
  const shift = shiftKey ? [{ code: 'ShiftLeft', key: 'Shift' }] : [];
  const altGr = modifierAltGraph ? [{ code: 'AltRight', key: 'AltGraph' }] : [];
  const modifiers = [...shift, ...altGr];
  return [
    ...modifiers.map((key): KeyAct => ({ type: 'keydown', ...key, ...stateAt(level) })),
    ...acts,
    ...modifiers.map((key): KeyAct => ({ type: 'keyup', ...key })),
  ];
}

function stateAt(level: number): { shiftKey: boolean; modifierAltGraph: boolean } {
  return { shiftKey: (level & 1) !== 0, modifierAltGraph: (level & 2) !== 0 };
}
