/** What viewers hear of sound that is missing: once, however many of its parts fail, and when it is back. */
import type { Logger } from 'pino';
import type { Notices } from './notices.ts';
import { describeExit } from './supervisor/child.ts';
import type { OwnSoundOptions } from './supervisor/sound.ts';

/** One for all that can go wrong: a later one takes the place of an earlier one. */
const CODE = 'sound';

export function soundNotices(
  notices: Notices,
  log: Pick<Logger, 'error'>,
): Pick<OwnSoundOptions, 'events' | 'onState'> {
  let serverRuns = true;
  let failed = false;
  const tell = (message: string, remedy: string): void => {
    log.error(message);
    notices.set({ level: 'warning', code: CODE, message, remedy });
  };
  const over = (): void => notices.over(CODE, 'The desktop can be heard again.');
  return {
    events: {
      onExit: (exit) => {
        serverRuns = false;
        const message = `The sound server ended (${describeExit(exit)}) and is started again.`;
        tell(message, 'Programs that stay silent have to be started again.');
      },
      onStartFailed: ({ message }) => tell(message, 'deskside logs sound'),
      onRestarted: () => {
        serverRuns = true;
        // What records it, if it is recorded, may still have to come back.
        if (!failed) over();
      },
    },
    onState: (state, reason = '') => {
      // Without a server nothing can be recorded: that is told already.
      if (state === 'failed' && !failed && serverRuns) {
        tell(`The desktop cannot be heard: ${reason}`, 'deskside doctor');
      }
      failed = state === 'failed';
      if (state === 'ready' && serverRuns) over();
    },
  };
}
