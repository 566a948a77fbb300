import { t } from '../../words/words.ts';

/** What stands in the way of a viewer that decodes nothing, and what helps. */
export function explainNoCodecs(): { message: string; remedy: string } {
  if (!globalThis.isSecureContext)
    return { message: t('codec.insecure'), remedy: t('codec.insecure.remedy') };
  return { message: t('codec.none'), remedy: t('codec.none.remedy') };
}
