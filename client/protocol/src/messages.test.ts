import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './bytes.ts';
import { MAX_CLIP, MAX_HELD_KEYS, MAX_SCREEN_SIDE, MAX_TEXT } from './limits.ts';
import { parseStreamerMessage, parseViewerMessage } from './messages.ts';
import { versionMismatch } from './version.ts';

const viewerMessages: { type: string; [field: string]: unknown }[] = [
  { type: 'hello', version: 1, product: '0.1.0', codecs: ['avc1.42E02A'] },
  { type: 'hello', version: 1, token: 'secret', codecs: [] },
  { type: 'key', code: 'KeyA', down: true },
  { type: 'key', code: 'KeyY', down: true, key: 'z' },
  { type: 'locks', capsLock: true, numLock: false },
  { type: 'layout' },
  { type: 'layout', name: 'us/dvorak' },
  { type: 'layout', keys: [['KeyY', 'z']] },
  { type: 'text', text: 'ß€' },
  { type: 'held', codes: ['ShiftLeft', 'KeyA'] },
  { type: 'release' },
  { type: 'key-frame' },
  { type: 'resize', width: 1920, height: 1080, scale: 1.5 },
  { type: 'ping', time: 1700000000000.25 },
  { type: 'listen', on: true },
  { type: 'speak', on: true },
  { type: 'webrtc-request', host: 'localhost', port: 6080 },
  { type: 'webrtc-answer', attempt: 1, sdp: 'v=0' },
  { type: 'use-transport', transport: 'webrtc' },
  { type: 'transport-shown', transport: 'webrtc' },
  { type: 'clipboard', transfer: 1, items: [{ type: 'text/plain', size: 5 }] },
  { type: 'clipboard-received', transfer: 1, bytes: 5 },
  { type: 'active' },
  { type: 'set-rate', bitrate: 2000, fps: 30 },
  { type: 'set-role', viewer: '3', role: 'viewer' },
  { type: 'end-viewer', viewer: '3' },
  { type: 'invite', role: 'viewer', lifetime: 3_600_000, label: 'Ada' },
  { type: 'revoke-link', link: '0123456789ab' },
];

const streamerMessages: { type: string; [field: string]: unknown }[] = [
  {
    type: 'welcome',
    version: 1,
    name: 'default',
    viewer: '1',
    role: 'controller',
    screen: { width: 1920, height: 1080 },
    heldEvery: 500,
  },
  { type: 'refused', reason: 'token', message: 'Wrong token.', remedy: 'Run "deskside url".' },
  { type: 'screen', width: 1280, height: 720 },
  {
    type: 'stream',
    stream: 3,
    codec: 'avc1.42E02A',
    width: 1920,
    height: 1080,
    colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    encoder: 'x264enc',
  },
  { type: 'notice', level: 'warning', code: 'media-restarted', message: 'The picture stopped for a moment.' },
  { type: 'pong', time: 1, streamerTime: 2 },
  { type: 'sound', channels: 8 },
  { type: 'microphone', state: 'on' },
  { type: 'layout', name: 'de' },
  { type: 'webrtc-offer', attempt: 1, sdp: 'v=0' },
  { type: 'webrtc-failed', attempt: 1, message: 'No connection in time.' },
  { type: 'transport', transport: 'webrtc', stream: 3, id: 7 },
  { type: 'transport', transport: 'websocket', stream: 3, id: 7, both: true },
  { type: 'clipboard-policy', in: true, out: false },
  { type: 'files', in: true, out: false, folder: '~/Downloads' },
  { type: 'clipboard', transfer: 1, items: [] },
  { type: 'clipboard-received', transfer: 1, bytes: 5 },
  { type: 'rate', bitrate: 2000, fps: 30, most: { bitrate: 8000, fps: 60 } },
  { type: 'role', role: 'viewer' },
  {
    type: 'people',
    people: [
      { viewer: '3', role: 'viewer', owner: false, label: 'Ada', since: 1700000000000, acting: false },
    ],
    links: [{ id: '0123456789ab', role: 'viewer', label: 'Ada', expires: 1700000000000 }],
  },
  { type: 'invited', link: '0123456789ab', token: 'secret' },
  { type: 'idle' },
];

describe.for([
  { side: 'a viewer', messages: viewerMessages, parse: parseViewerMessage },
  { side: 'the streamer', messages: streamerMessages, parse: parseStreamerMessage },
])('messages of $side', ({ messages, parse }) => {
  it.for(messages)('$type is read as it was written', (message) => {
    expect(parse(JSON.stringify(message))).toEqual(message);
  });

  it('lack no field', () => {
    const optional = parse === parseViewerMessage ? ['token', 'key', 'name', 'keys', 'product'] : ['both'];
    for (const message of messages) {
      for (const field of Object.keys(message).filter((name) => !optional.includes(name))) {
        const { [field]: _, ...rest } = message;
        expect(() => parse(JSON.stringify(rest)), `${message.type} without ${field}`).toThrow(ProtocolError);
      }
    }
  });

  it('are JSON of a known type or nothing', () => {
    for (const text of ['', '{', 'null', '[]', '7', '"key"', '{}', '{"type":"format-disk"}']) {
      expect(() => parse(text), text).toThrow(ProtocolError);
    }
  });

  it('take any JSON as a message or refuse it as rubbish', () => {
    const types = messages.map(({ type }) => type);
    const anything = fc.tuple(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(anything, ([type, fields]) => {
        try {
          parse(JSON.stringify({ ...fields, type }));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe('limits', () => {
  it.for([
    ['a text longer than a paste is cut into', { type: 'text', text: 'x'.repeat(MAX_TEXT + 1) }, 'text'],
    ['no text', { type: 'text', text: '' }, 'text'],
    ['an SDP of a megabyte', { type: 'webrtc-answer', attempt: 1, sdp: 'a'.repeat(1 << 20) }, 'sdp'],
    [
      'more keys than two hands hold',
      { type: 'held', codes: Array(MAX_HELD_KEYS + 1).fill('KeyA') },
      'codes',
    ],
    ['a code that is none', { type: 'key', code: '../../etc', down: true }, 'code'],
    [
      'a screen larger than X11 has',
      { type: 'resize', width: MAX_SCREEN_SIDE + 1, height: 100, scale: 1 },
      'width',
    ],
    ['a screen of nothing', { type: 'resize', width: 0, height: 100, scale: 1 }, 'width'],
    [
      'a clip larger than any picture',
      { type: 'clipboard', transfer: 1, items: [{ type: 'text/plain', size: MAX_CLIP + 1 }] },
      'size',
    ],
    [
      'a clip that is too large in sum',
      {
        type: 'clipboard',
        transfer: 1,
        items: [
          { type: 'text/plain', size: MAX_CLIP },
          { type: 'text/html', size: 1 },
        ],
      },
      'items',
    ],
    ['half a pixel', { type: 'resize', width: 100.5, height: 100, scale: 1 }, 'width'],
  ] as const)('%s is refused, and the field is named', ([, message, field]) => {
    expect(() => parseViewerMessage(JSON.stringify(message))).toThrow(field);
  });
});

it('peers of different versions hear of both, of the product and the wire, and of which one to update', () => {
  const [older, newer] = [
    { version: 1, product: '0.1.0' },
    { version: 2, product: '0.2.0' },
  ];
  const named = /Deskside 0\.1\.0 \(protocol 1\); .*Deskside 0\.2\.0 \(protocol 2\)/;
  expect(versionMismatch(older, newer)).toEqual({
    message: expect.stringMatching(named),
    remedy: expect.stringContaining('Update Deskside in the workspace'),
  });
  expect(versionMismatch(newer, { version: 1 })).toEqual({
    message: expect.stringMatching(/Deskside 0\.2\.0 .*an unknown version \(protocol 1\)/),
    remedy: expect.stringContaining('update the Deskside extension'),
  });
});
