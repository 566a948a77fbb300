/** Which of GStreamer's plugins the media process knows. */
import { cacheFile } from './cache-file.ts';
import { ENCODERS } from './encoders/table.ts';

/** What is beside an encoder in its pipeline: `appsrc`, `appsink`; filters of caps. */
const AROUND_ENCODERS = ['app', 'coreelements'];

/** What a person may have set to choose the plugins. */
const CHOICES = ['GST_PLUGIN_LOADING_WHITELIST', 'GST_REGISTRY', 'GST_REGISTRY_1_0'];

/**
 * What has GStreamer know only the plugins that encode video: of 250 others it would keep every element with its pads and
 * what they take, 2.1 MB (measured). To remove them once they are loaded gives back a fifth of that, since little of it lies
 * together.
 *
 * @param environment the rest of the process's environment
 */
export function onlyVideoPlugins(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (CHOICES.some((name) => environment[name] !== undefined)) return {};
  const plugins = new Set([...AROUND_ENCODERS, ...ENCODERS.map(({ plugin }) => plugin)]);
  return {
    // With commas these are names of plugins, with colons they could be of packages as well.
    GST_PLUGIN_LOADING_WHITELIST: [...plugins].join(','),
    // The user's own would be made anew by each program that is not given the same list.
    GST_REGISTRY_1_0: cacheFile(`gstreamer-${process.arch}.bin`, environment),
  };
}
