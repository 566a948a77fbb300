import { baseStyles } from './base.styles.ts';
import { cardStyles } from './card.styles.ts';
import { dialogStyles } from './dialog.styles.ts';
import { noticesStyles } from './notices.styles.ts';
import { toolbarStyles } from './toolbar.styles.ts';

/** All of the element's: its panels use them too. */
export const styles = [baseStyles, cardStyles, dialogStyles, toolbarStyles, noticesStyles];
