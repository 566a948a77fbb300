import type { Layout } from './api.ts';
import { WRITING_KEYS } from './keys.ts';

/** What a keyboard gives without and with Shift, for each of {@link WRITING_KEYS}; a space for nothing. */
export interface LayoutTable extends Layout {
  plain: readonly string[];
  shifted: readonly string[];
}

/**
 * Layouts that can be recognised. Where two fit equally well, the one that stands first is the more common one. Each
 * with its name and variant, then both rows of characters; dead keys stand as their accents.
 */
export const LAYOUT_TABLES: readonly LayoutTable[] = (
  [
    [
      'us',
      "`1234567890-=qwertyuiop[]asdfghjkl;'\\<zxcvbnm,./",
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|>ZXCVBNM<>?',
    ],
    [
      'gb',
      "`1234567890-=qwertyuiop[]asdfghjkl;'#\\zxcvbnm,./",
      '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?',
    ],
    [
      'de',
      '^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.-',
      '°!"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_',
    ],
    [
      'fr',
      '²&é"\'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:!',
      '~1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§',
    ],
    [
      'es',
      "º1234567890'¡qwertyuiop`+asdfghjklñ´ç<zxcvbnm,.-",
      'ª!"·$%&/()=?¿QWERTYUIOP^*ASDFGHJKLÑ¨Ç>ZXCVBNM;:_',
    ],
    [
      'cz',
      ';+ěščřžýáíé=´qwertzuiopú)asdfghjklů§¨\\yxcvbnm,.-',
      '˚1234567890%ˇQWERTZUIOP/(ASDFGHJKL"!\'|YXCVBNM?:_',
    ],
    [
      'ru',
      'ё1234567890-=йцукенгшщзхъфывапролджэ\\/ячсмитьбю.',
      'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭ/|ЯЧСМИТЬБЮ,',
    ],
    [
      'gr',
      "`1234567890-=;ςερτυθιοπ[]ασδφγηξκλ´'\\«ζχψωβνμ,./",
      '~!@#$%^&*()_+:ΣΕΡΤΥΘΙΟΠ{}ΑΣΔΦΓΗΞΚΛ¨"|»ΖΧΨΩΒΝΜ<>?',
    ],
    [
      'it',
      "\\1234567890'ìqwertyuiopè+asdfghjklòàù<zxcvbnm,.-",
      '|!"£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°§>ZXCVBNM;:_',
    ],
    [
      'pt',
      "\\1234567890'«qwertyuiop+´asdfghjklçº~<zxcvbnm,.-",
      '|!"#$%&/()=?»QWERTYUIOP*`ASDFGHJKLÇª^>ZXCVBNM;:_',
    ],
    [
      'br',
      "'1234567890-=qwertyuiop´[asdfghjklç~]\\zxcvbnm,.;",
      '"!@#$%¨&*()_+QWERTYUIOP`{ASDFGHJKLÇ^}|ZXCVBNM<>:',
    ],
    [
      'be',
      '²&é"\'(§è!çà)-azertyuiop^$qsdfghjklmùµ<wxcvbn,;:=',
      '³1234567890°_AZERTYUIOP¨*QSDFGHJKLM%£>WXCVBN?./+',
    ],
    [
      'ch',
      "§1234567890'^qwertzuiopü¨asdfghjklöä$<yxcvbnm,.-",
      '°+"*ç%&/()=?`QWERTZUIOPè!ASDFGHJKLéà£>YXCVBNM;:_',
    ],
    [
      'ch/fr',
      "§1234567890'^qwertzuiopè¨asdfghjkléà$<yxcvbnm,.-",
      '°+"*ç%&/()=?`QWERTZUIOPü!ASDFGHJKLöä£>YXCVBNM;:_',
    ],
    [
      'nl',
      '@1234567890/°qwertyuiop¨*asdfghjkl+´<]zxcvbnm,.-',
      '§!"#$%&_()\'?~QWERTYUIOP^|ASDFGHJKL±`>[ZXCVBNM;:=',
    ],
    [
      'dk',
      "½1234567890+´qwertyuiopå¨asdfghjklæø'<zxcvbnm,.-",
      '§!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÆØ*>ZXCVBNM;:_',
    ],
    [
      'no',
      "|1234567890+\\qwertyuiopå¨asdfghjkløæ'<zxcvbnm,.-",
      '§!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLØÆ*>ZXCVBNM;:_',
    ],
    [
      'se',
      "§1234567890+´qwertyuiopå¨asdfghjklöä'<zxcvbnm,.-",
      '½!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÖÄ*>ZXCVBNM;:_',
    ],
    [
      'fi',
      "§1234567890+´qwertyuiopå¨asdfghjklöä'<zxcvbnm,.-",
      '½!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÖÄ*>ZXCVBNM;:_',
    ],
    [
      'sk',
      ';+ľščťžýáíé=´qwertzuiopúäasdfghjklô§ň\\yxcvbnm,.-',
      '˚1234567890%ˇQWERTZUIOP/(ASDFGHJKL"!)|YXCVBNM?:_',
    ],
    [
      'hu',
      '0123456789öüóqwertzuiopőúasdfghjkléáűíyxcvbnm,.-',
      '§\'"+!%/=()ÖÜÓQWERTZUIOPŐÚASDFGHJKLÉÁŰÍYXCVBNM?:_',
    ],
    [
      'ro',
      "`1234567890-=qwertyuiop[]asdfghjkl;'\\\\zxcvbnm,./",
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"||ZXCVBNM<>?',
    ],
    [
      'si',
      "¸1234567890'+qwertzuiopšđasdfghjklčćž<yxcvbnm,.-",
      '¨!"#$%&/()=?*QWERTZUIOPŠĐASDFGHJKLČĆŽ>YXCVBNM;:_',
    ],
    [
      'ua',
      "'1234567890-=йцукенгшщзхїфівапролджєґ/ячсмитьбю.",
      'ʼ!"№;%:?*()_+ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄҐ|ЯЧСМИТЬБЮ,',
    ],
    [
      'bg',
      '(1234567890-.,уеишщксдзц;ьяаожгтнвмч„ѝюйъэфхпрлб',
      ')!?+"%=:/–№$€ыУЕИШЩКСДЗЦ§ѝЯАОЖГТНВМЧ“ЍЮЙЪЭФХПРЛБ',
    ],
    [
      'rs',
      "`1234567890'+љњертзуиопшђасдфгхјклчћж<жџцвбнм,.-",
      '~!"#$%&/()=?*ЉЊЕРТЗУИОПШЂАСДФГХЈКЛЧЋЖ>ЖЏЦВБНМ;:_',
    ],
    [
      'tr',
      '"1234567890*-qwertyuıopğüasdfghjklşi,<zxcvbnmöç.',
      "é!'^+%&/()=?_QWERTYUIOPĞÜASDFGHJKLŞİ;>ZXCVBNMÖÇ:",
    ],
    [
      'il',
      ";1234567890-=/'קראטוןםפ][שדגכעיחלךף,\\<זסבהנמצתץ.",
      '~!@#$%^&*)(_+QWERTYUIOP}{ASDFGHJKL:"|>ZXCVBNM><?',
    ],
    [
      'latam',
      "|1234567890'¿qwertyuiop´+asdfghjklñ{}<zxcvbnm,.-",
      '°!"#$%&/()=?¡QWERTYUIOP¨*ASDFGHJKLÑ[]>ZXCVBNM;:_',
    ],
    [
      'ca',
      '#1234567890-=qwertyuiop^¸asdfghjkl;`<«zxcvbnm,.é',
      '|!"/$%?&*()_+QWERTYUIOP^¨ASDFGHJKL:`>»ZXCVBNM\'.É',
    ],
    [
      'us/dvorak',
      "`1234567890[]',.pyfgcrl/=aoeuidhtns-\\<;qjkxbmwvz",
      '~!@#$%^&*(){}"<>PYFGCRL?+AOEUIDHTNS_|>:QJKXBMWVZ',
    ],
    [
      'us/colemak',
      "`1234567890-=qwfpgjluy;[]arstdhneio'\\-zxcvbkm,./",
      '~!@#$%^&*()_+QWFPGJLUY:{}ARSTDHNEIO"|_ZXCVBKM<>?',
    ],
    [
      'us/intl',
      '`1234567890-=qwertyuiop[]asdfghjkl;´\\\\zxcvbnm,./',
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:¨||ZXCVBNM<>?',
    ],
  ] as const
).map(([name, plain, shifted]) => {
  const [layout, variant] = name.split('/');
  return { layout: layout!, variant, plain: [...plain], shifted: [...shifted] };
});

/**
 * The layout that fits best what keys gave, undefined if none fits most of it.
 *
 * @param pairs `KeyboardEvent.code` and what it gave, with or without Shift: from `navigator.keyboard.getLayoutMap()`
 *   or from keys as they were pressed. What is not one character, such as `Enter` or `Dead`, tells nothing.
 * @param current the layout that stays where others fit no better
 */
export function layoutFor(
  pairs: Iterable<readonly [code: string, key: string]>,
  current?: Layout,
): Layout | undefined {
  const evidence = [...pairs].flatMap(([code, key]) => {
    const index = WRITING_KEYS.indexOf(code);
    const character = spacing(key.normalize('NFC'));
    return index === -1 || [...character].length !== 1 ? [] : [{ index, character }];
  });
  if (evidence.length === 0) return undefined;
  const candidates = LAYOUT_TABLES.map((table) => ({ table, fits: countFits(table, evidence) }));
  const most = Math.max(...candidates.map(({ fits }) => fits));
  if (most * 2 <= evidence.length) return undefined;
  const best = candidates.filter(({ fits }) => fits === most).map(({ table }) => table);
  const { layout, variant } = best.find((table) => isSameLayout(table, current)) ?? best[0]!;
  return variant === undefined ? { layout } : { layout, variant };
}

export function isSameLayout(layout: Layout, other: Layout | undefined): boolean {
  return other !== undefined && layout.layout === other.layout && layout.variant === other.variant;
}

/** Whether programs find their shortcuts (Ctrl+C) on this layout: its letters are Latin ones. */
export function isLatin({ layout }: Layout): boolean {
  return !NOT_LATIN.has(layout);
}

/** What comes with Shift fits a little less: layouts of Switzerland differ by nothing else. */
function countFits(
  { plain, shifted }: LayoutTable,
  evidence: readonly { index: number; character: string }[],
): number {
  return evidence.reduce((sum, { index, character }) => {
    if (plain[index] === character) return sum + 1;
    return shifted[index] === character ? sum + 0.75 : sum;
  }, 0);
}

/** Browsers tell of a dead key by its accent alone, as a combining character or as one that stands by itself. */
function spacing(key: string): string {
  const index = COMBINING.indexOf(key);
  return index === -1 ? key : SPACING[index]!;
}

const COMBINING = [...'\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328'];
const SPACING = [...'`´^~¯˘˙¨˚˝ˇ¸˛'];

const NOT_LATIN = new Set(['ru', 'gr', 'ua', 'bg', 'rs', 'il']);
