import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveSettings, resolveStateDir, SettingsError, type Sources } from './settings/resolve.ts';
import {
  environmentOf,
  flagOf,
  type Setting,
  type SettingName,
  settingNames,
  settingsTable,
} from './settings.ts';

function sources(given: Partial<Sources>): Sources {
  return {
    flags: {},
    environment: { HOME: '/home/ada' },
    file: { path: '/etc/x.env', variables: {} },
    ...given,
  };
}

function problemsOf(given: Partial<Sources>) {
  try {
    resolveSettings(sources(given));
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('the table of settings', () => {
  it('has defaults that its own checks accept', () => {
    expect(resolveSettings(sources({})).settings).toEqual({
      host: '127.0.0.1',
      port: 6080,
      size: { width: 1920, height: 1080 },
      maxSize: { width: 3840, height: 2160 },
      resize: 'auto',
      keyboardLayout: 'auto',
      fps: 60,
      bitrate: 8000,
      quality: 'full',
      clipboard: 'both',
      clipboardPrimary: 'off',
      files: 'both',
      filesDir: join(homedir(), 'Downloads'),
      encoder: 'auto',
      codec: 'auto',
      exact: 'on',
      chroma: '420',
      gpuId: 0,
      audio: 'auto',
      audioBitrate: 128,
      audioFrame: 10,
      audioChannels: 2,
      microphone: 'on',
      session: 'auto',
      display: undefined,
      attach: undefined,
      stateDir: '/home/ada/.local/state/deskside/default',
      name: 'default',
      tokenFile: '/home/ada/.local/state/deskside/default/token',
      metrics: 'token',
      viewerTokenFile: undefined,
      tlsCert: undefined,
      tlsKey: undefined,
      basicAuthUser: undefined,
      basicAuthPassword: undefined,
      idleTimeout: 3_600_000,
      allowedOrigins: [],
      transport: 'auto',
      udpPort: undefined,
      publicAddress: undefined,
      stunUri: 'stun:stun.l.google.com:19302',
      turnUri: [],
      turnUser: '',
      turnPassword: '',
      turnSecret: undefined,
      turnRestUri: undefined,
      turnRestUser: '',
      turnRestHeader: {},
      iceServersFile: undefined,
      relayOnly: 'off',
      logLevel: 'info',
    });
  });

  it.each(settingNames)('says of %s what it is and what is allowed', (name) => {
    const { help, allowed, value }: Setting = settingsTable[name];
    expect(help).toMatch(/^[a-z].*[^.]$|^TCP.*[^.]$/);
    expect(allowed).not.toBe('');
    expect(value).toMatch(/^:?[A-Zx]+$/);
  });

  it('derives flags and variables from the names', () => {
    expect(flagOf('maxSize')).toBe('max-size');
    expect(environmentOf('maxSize')).toBe('DESKSIDE_MAX_SIZE');
  });
});

describe('precedence', () => {
  const flags = { port: '1' };
  const environment = { HOME: '/home/ada', DESKSIDE_PORT: '2', SELKIES_PORT: '3' };
  const file = { path: '/etc/x.env', variables: { DESKSIDE_PORT: '4' } };
  const port = (given: Partial<Sources>) => resolveSettings(sources(given)).settings.port;

  it('is flag, environment, the environment of Selkies, file, default', () => {
    expect(port({ flags, environment, file })).toBe(1);
    expect(port({ environment, file })).toBe(2);
    expect(port({ environment: { SELKIES_PORT: '3' }, file })).toBe(3);
    expect(port({ file })).toBe(4);
    expect(port({})).toBe(6080);
  });

  it('takes an empty value for none', () => {
    expect(port({ flags: { port: '' }, environment: { DESKSIDE_PORT: '' }, file })).toBe(4);
  });
});

describe('values', () => {
  const one = <K extends SettingName>(name: K, text: string) =>
    resolveSettings(sources({ flags: { [name]: text } })).settings[name];

  it('are read into what the streamer works with', () => {
    expect(one('size', '800X600')).toEqual({ width: 800, height: 600 });
    expect(one('display', '7')).toBe(':7');
    expect(one('attach', ':0')).toBe(':0');
    expect(one('keyboardLayout', 'us/dvorak')).toEqual({ layout: 'us', variant: 'dvorak' });
    expect(one('stateDir', '/var/../srv/d')).toBe('/srv/d');
    expect(one('allowedOrigins', 'https://A.example/, http://10.0.0.5:6080,')).toEqual([
      'https://a.example',
      'http://10.0.0.5:6080',
    ]);
  });

  it.each([
    ['port', '65536'],
    ['port', '6080 '],
    ['port', '1e3'],
    ['size', '1920'],
    ['size', '63x1080'],
    ['maxSize', '99999x99999'],
    ['keyboardLayout', '../de'],
    ['fps', '0'],
    ['bitrate', '99'],
    ['encoder', 'magic'],
    ['codec', 'mpeg2'],
    ['exact', 'maybe'],
    ['chroma', '422'],
    ['gpuId', '-1'],
    ['display', ':59536'],
    ['name', '../other'],
    ['allowedOrigins', 'example.com'],
    ['allowedOrigins', 'https://example.com/path'],
    ['logLevel', 'loud'],
    ['host', 'no such/host'],
  ] as const)('%s refuses "%s" and says what is allowed', (name, text) => {
    expect(problemsOf({ flags: { [name]: text } })).toEqual([
      { setting: `--${flagOf(name)}`, given: text, allowed: settingsTable[name].allowed },
    ]);
  });

  it('that are secrets are in no message', () => {
    const flags = { basicAuthPassword: 'hunter2hunter2' };
    expect(JSON.stringify(problemsOf({ flags }))).toMatch(/basic-auth-user(?!.*hunter2)/);
  });

  it('that belong together are given together', () => {
    for (const [name, other] of [
      ['tlsCert', 'tls-key'],
      ['basicAuthUser', 'basic-auth-password'],
    ] as const) {
      expect(problemsOf({ flags: { [name]: 'something' } })[0]?.allowed).toContain(other);
    }
  });

  it('are refused or read, whatever the text, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingNames), fc.string(), (name, text) => {
        for (const problem of problemsOf({ flags: { [name]: text } }))
          expect(problem.given).toBe((settingsTable[name] as Setting).secret ? '…' : text);
      }),
    );
  });
});

describe('wrong values', () => {
  it('are all told at once, each named as it was given', () => {
    const problems = problemsOf({
      flags: { port: 'x' },
      environment: { DESKSIDE_FPS: 'many', SELKIES_ENCODER: 'x264enc-striped' },
      file: { path: '/etc/x.env', variables: { DESKSIDE_SIZE: 'big' } },
    });
    expect(problems.map(({ setting }) => setting)).toEqual([
      '--port',
      'DESKSIDE_SIZE in /etc/x.env',
      'DESKSIDE_FPS',
      'SELKIES_ENCODER',
    ]);
  });

  it('are also those that contradict each other', () => {
    const [size] = problemsOf({ flags: { size: '4000x100' } });
    expect(size).toMatchObject({ setting: '--size', allowed: expect.stringContaining('3840x2160') });
    const [display] = problemsOf({ flags: { display: ':1', attach: ':2' } });
    expect(display).toMatchObject({ setting: '--display', allowed: expect.stringContaining('--attach') });
  });

  it('do not keep a command that only needs the state directory from finding it', () => {
    const environment = { HOME: '/home/ada', DESKSIDE_PORT: 'x' };
    expect(resolveStateDir(sources({ environment, flags: { name: 'b' } }))).toBe(
      '/home/ada/.local/state/deskside/b',
    );
    expect(resolveStateDir(sources({ environment: { XDG_STATE_HOME: '/s' } }))).toBe('/s/deskside/default');
  });
});

describe('notes', () => {
  it('name the variables of Selkies that were understood', () => {
    const { settings, notes } = resolveSettings(sources({ environment: { SELKIES_FRAMERATE: '30' } }));
    expect(settings.fps).toBe(30);
    expect(notes).toEqual([expect.stringMatching(/SELKIES_FRAMERATE.*DESKSIDE_FPS/)]);
  });

  it('name variables that are no settings', () => {
    const file = { path: '/etc/x.env', variables: { DESKSIDE_PROT: '1' } };
    expect(resolveSettings(sources({ file })).notes).toEqual([expect.stringContaining('DESKSIDE_PROT')]);
  });
});
